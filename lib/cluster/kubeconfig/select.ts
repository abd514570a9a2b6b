import { ClusterConfigError } from './errors.ts'
import type { Kubeconfig, KubeconfigCluster, KubeconfigUser } from './schema.ts'

/** What one context points at. */
export interface Selected {
  context: string
  cluster: KubeconfigCluster & { server: string }
  userName: string
  user: KubeconfigUser
}

/** Takes the named context, or the current one, and follows it. `source` is what errors call the kubeconfig. */
export function selectContext(config: Kubeconfig, context: string | undefined, source: string): Selected {
  const names = config.contexts.map(({ name }) => name)
  const choose =
    names.length > 0
      ? `Name one of its contexts with --kubecontext: ${names.join(', ')}.`
      : `Add a context to ${source}.`
  const name = context ?? config['current-context']
  if (name === undefined) throw new ClusterConfigError(`${source} has no current-context`, choose)
  const found = entry(config.contexts, name)?.context
  if (found === undefined) throw new ClusterConfigError(`context "${name}" does not exist`, choose)

  const repair = `Correct ${source}, or name another context with --kubecontext.`
  const cluster = entry(config.clusters, found.cluster)?.cluster
  if (cluster === undefined) {
    throw new ClusterConfigError(`cluster "${found.cluster ?? ''}" of context "${name}" does not exist`, repair)
  }
  const { server } = cluster
  if (server === undefined)
    throw new ClusterConfigError(`cluster "${found.cluster}" of context "${name}" has no server`, repair)
  // A scheme is optional: kubectl takes http for granted.
  const url = /^[a-z]+:\/\//i.test(server) ? server : `http://${server}`
  if (!URL.canParse(url) || !/^https?:/i.test(url)) {
    throw new ClusterConfigError(`server "${server}" of cluster "${found.cluster}" is no http or https address`, repair)
  }
  const user = entry(config.users, found.user)?.user
  if (user === undefined) {
    throw new ClusterConfigError(`user "${found.user ?? ''}" of context "${name}" does not exist`, repair)
  }
  return { context: name, cluster: { ...cluster, server: url.replace(/\/+$/, '') }, userName: found.user ?? '', user }
}

function entry<T extends { name: string }>(entries: readonly T[], name: string | undefined): T | undefined {
  return entries.find(candidate => candidate.name === name)
}
