import type { Discovery } from '../../cluster/types.ts'
import { typed } from './automatic.ts'
import type { ResourceList } from './resource-list.ts'
import type { Finding } from './types.ts'

/**
 * What a list names in vain. Only an unknown name in an include list of the backup itself is an error: what was asked
 * for is then not in the backup.
 */
export function listFindings(
  field: string,
  list: ResourceList,
  discovery: Discovery,
  levelOfUnknown: Finding['level'],
): Finding[] {
  return [
    ...typed(list.unknown).map(name => unknownName(field, name, discovery, levelOfUnknown)),
    ...list.unmatched.map(
      (pattern): Finding => ({ level: 'warning', message: `${field}: ${JSON.stringify(pattern)} matches no resource` }),
    ),
    ...list.wrongScope.map(name => wrongScope(field, name, list)),
  ]
}

/** Names that are not there at all, as opposed to those of an API that does not answer now. */
export function missingNames(list: ResourceList, discovery: Discovery): string[] {
  return list.unknown.filter(name => deadGroupOf(name, discovery) === undefined)
}

function unknownName(field: string, name: string, discovery: Discovery, level: Finding['level']): Finding {
  const dead = deadGroupOf(name, discovery)
  if (dead !== undefined) {
    return {
      level,
      message: `${field}: the API of resource ${JSON.stringify(name)} does not answer`,
      error: `${dead.apiService}: ${dead.message}`,
    }
  }
  if (discovery.resolve(name) !== undefined) {
    return {
      level,
      message: `${field}: resource ${JSON.stringify(name)} can't be backed up`,
      error: 'the API does not offer all of list, create, get and delete for it; take it out of the list',
    }
  }
  return {
    level,
    message: `${field}: the cluster has no resource ${JSON.stringify(name)}`,
    error: 'correct the name or take it out of the list; `kubectl api-resources` prints all names',
  }
}

function deadGroupOf(name: string, discovery: Discovery) {
  return discovery.dead.find(({ group }) => name.endsWith(`.${group}`))
}

function wrongScope(field: string, name: string, list: ResourceList): Finding {
  const scope = field.includes('ClusterScoped') ? 'namespaced' : 'cluster-scoped'
  const opens = field.includes('included') && list.patterns.length === 0
  const rest = opens ? '; nothing else is in the list, and an empty list includes everything' : ''
  return {
    level: 'warning',
    message: `${field}: ${JSON.stringify(name)} is ignored, as it is ${scope}${rest}`,
    error: 'name it in the list of its own scope',
  }
}
