/** A kubeconfig for one server and one user, in JSON, which is YAML. */
export const kubeconfigFor = (server: string, token: string): string =>
  `${JSON.stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'playground', cluster: { server } }],
      users: [{ name: 'admin', user: { token } }],
      contexts: [{ name: 'playground', context: { cluster: 'playground', user: 'admin' } }],
      'current-context': 'playground',
    },
    null,
    2,
  )}\n`
