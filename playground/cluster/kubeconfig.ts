const CA = 'certificate-authority-data'
const base64 = (text: string) => Buffer.from(text).toString('base64')

/** A kubeconfig for one server and one user, in JSON, which is YAML. `ca`: PEM of who signed the server's certificate. */
export const kubeconfigFor = (server: string, token: string, ca?: string): string =>
  `${JSON.stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'playground', cluster: { server, ...(ca !== undefined && { [CA]: base64(ca) }) } }],
      users: [{ name: 'admin', user: { token } }],
      contexts: [{ name: 'playground', context: { cluster: 'playground', user: 'admin' } }],
      'current-context': 'playground',
    },
    null,
    2,
  )}\n`
