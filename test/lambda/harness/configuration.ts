import { stringify } from 'yaml'

export type Side = 'first' | 'second'

/** A lateen.yaml of one cluster or two, each with a kubeconfig beside it and a location of its own; the second's has its own credentials. */
export function configurationFile(sides: readonly Side[], buckets: Record<Side, string>, s3Url: string): string {
  const config = { region: 'minio', s3Url, s3ForcePathStyle: 'true' }
  return stringify({
    clusters: sides.map(name => ({ name, kubeconfig: `${name}.kubeconfig`, location: name })),
    locations: sides.map(name => ({
      ...{ name, provider: 'aws', objectStorage: { bucket: buckets[name] }, config, default: name === 'first' },
      ...(name === 'second' && { credential: { file: 'second.credentials' } }),
    })),
    deployment: { stack: 'lateen-production', region: 'eu-central-1' },
  })
}

/** A kubeconfig with a token. */
export function kubeconfig(server: string, token: string): string {
  return stringify({
    ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'it' },
    clusters: [{ name: 'it', cluster: { server } }],
    users: [{ name: 'it', user: { token } }],
    contexts: [{ name: 'it', context: { cluster: 'it', user: 'it' } }],
  })
}
