import type { KubeconfigUser } from '../kubeconfig/schema.ts'

type Fact = (user: KubeconfigUser) => string | false | undefined

/** What a kubeconfig's user may hold, in the order in which it counts. */
const KINDS: readonly Fact[] = [
  ({ exec }) => exec && `exec plugin ${exec.command}`,
  user => user['auth-provider'] && `auth-provider ${user['auth-provider'].name}`,
  ({ tokenFile }) => tokenFile !== undefined && `token of the file ${tokenFile}`,
  ({ token }) => token !== undefined && 'token',
  ({ username }) => username !== undefined && 'user and password',
  user => (user['client-certificate-data'] ?? user['client-certificate']) !== undefined && 'client certificate',
]

/** For people: how a kubeconfig's user makes itself known. Nothing secret is in it. */
export function credentialsKind(user: KubeconfigUser): string {
  const kind = KINDS.map(fact => fact(user)).find(Boolean) || 'none'
  return user.as === undefined ? kind : `${kind}, impersonating ${user.as}`
}
