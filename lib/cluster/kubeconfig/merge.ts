import type { Kubeconfig } from './schema.ts'

/** kubectl's rule for several files: whichever names something first wins, for the current context and for each entry, whole. */
export function mergeKubeconfigs(configs: readonly Kubeconfig[]): Kubeconfig {
  return {
    'current-context': configs.map(config => config['current-context']).find(name => name !== undefined),
    clusters: firstOfEachName(configs.flatMap(config => config.clusters)),
    users: firstOfEachName(configs.flatMap(config => config.users)),
    contexts: firstOfEachName(configs.flatMap(config => config.contexts)),
  }
}

function firstOfEachName<T extends { name: string }>(entries: T[]): T[] {
  const names = new Set<string>()
  return entries.filter(({ name }) => !names.has(name) && names.add(name))
}
