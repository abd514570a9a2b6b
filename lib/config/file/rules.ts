import { validateStorageLocation } from '../../velero/bsl.ts'
import { messageOf } from '../../velero/errors.ts'
import { retentionProblems } from '../../velero/lifetime.ts'
import { didYouMean } from '../did-you-mean.ts'
import { checkEndpoint } from '../endpoint.ts'
import { ALL_CLUSTERS } from '../settings-for.ts'
import type { Problem } from './issues.ts'
import { notificationProblems } from './notification-rules.ts'
import { scheduleProblems } from './schedule-rules.ts'
import type { FileCluster, FileContent, FileLocation } from './schema.ts'

/** What a schema can't say: names are unique and lead somewhere, a cluster is reached in one way, a location is usable. */
export function brokenRules(content: FileContent): Problem[] {
  const { clusters = [], locations = [], schedules = [], notifications = [] } = content
  const known = locations.map(location => location.name)
  return [
    ...repeatedNames(clusters, 'clusters'),
    ...repeatedNames(locations, 'locations'),
    ...clusters.flatMap((cluster, i) => clusterProblems(cluster, i, known)),
    ...locations.flatMap(locationProblems),
    ...locations.flatMap((location, i) => resultsProblems(location, i, locations)),
    ...locations.flatMap((location, i) =>
      location.default && locations.slice(0, i).some(other => other.default)
        ? [{ path: ['locations', i, 'default'], message: 'is true for more than one location' }]
        : [],
    ),
    ...scheduleProblems(schedules, clusters),
    ...notificationProblems(notifications, clusters),
    ...deploymentProblems(content),
  ]
}

function deploymentProblems({ deployment, locations = [] }: FileContent): Problem[] {
  if (deployment === undefined) return []
  const queues = (['backupQueue', 'restoreQueue'] as const).flatMap(key => {
    const url = deployment[key]
    return url === undefined ? [] : urlProblems(url, ['deployment', key])
  })
  const { bucket } = deployment
  if (bucket === undefined || locations.some(({ objectStorage }) => objectStorage.bucket === bucket.name)) return queues
  const message = `${JSON.stringify(bucket.name)} is no location's bucket; add a location in it, or leave deployment.bucket out`
  return [...queues, { path: ['deployment', 'bucket', 'name'], message }]
}

function clusterProblems(cluster: FileCluster, index: number, locations: string[]): Problem[] {
  const problems: Problem[] = []
  if (cluster.name === ALL_CLUSTERS)
    problems.push({
      path: ['clusters', index, 'name'],
      message: `must not be ${ALL_CLUSTERS}, which means all of them`,
    })
  problems.push(...wayProblems(cluster).map(({ field, message }) => ({ path: ['clusters', index, ...field], message })))
  if (cluster.location !== undefined && !locations.includes(cluster.location)) {
    problems.push({ path: ['clusters', index, 'location'], message: noLocation(cluster.location, locations) })
  }
  return problems
}

const WAYS = ['eks', 'kubeconfig', 'kubeconfigSecret', 'kubeconfigParameter'] as const

function wayProblems(cluster: FileCluster): { field: string[]; message: string }[] {
  const [first, ...more] = WAYS.filter(way => cluster[way] !== undefined)
  const beside = more.join(' and ') || (first === 'eks' && cluster.context && 'context')
  if (first !== undefined && beside)
    return [{ field: [first], message: `is given beside ${beside}; a cluster is reached in one way` }]
  if (cluster.eks?.externalId !== undefined && cluster.eks.roleArn === undefined)
    return [
      { field: ['eks', 'externalId'], message: 'is given without roleArn, and counts only for assuming that role' },
    ]
  return []
}

function noLocation(name: string, known: string[]): string {
  return `names no location${didYouMean(name, known)}; configured: ${known.join(', ') || 'none'}`
}

function resultsProblems({ name, resultsLocation }: FileLocation, index: number, all: FileLocation[]): Problem[] {
  if (resultsLocation === undefined) return []
  const message = resultsProblem(name, resultsLocation, all)
  return message === undefined ? [] : [{ path: ['locations', index, 'resultsLocation'], message }]
}

function resultsProblem(name: string, resultsLocation: string, all: FileLocation[]): string | undefined {
  const found = all.find(location => location.name === resultsLocation)
  if (resultsLocation === name) return 'names the location itself; leave it out'
  const names = all.map(location => location.name)
  if (!found) return noLocation(resultsLocation, names)
  return found.accessMode === 'ReadOnly' ? `names ${JSON.stringify(resultsLocation)}, which is ReadOnly` : undefined
}

function locationProblems(location: FileLocation, index: number): Problem[] {
  const { provider, objectStorage, config = {}, retention } = location
  // A folder may be relative in the file; it is made absolute after.
  const bucket = provider.endsWith('file') ? '/' : objectStorage.bucket
  const problems: Problem[] = validateStorageLocation({ provider, objectStorage: { bucket }, config }).map(error => ({
    path: ['locations', index],
    message: `is not valid: ${error}`,
  }))
  for (const problem of retention === undefined ? [] : retentionProblems(retention))
    problems.push({ path: ['locations', index, 'retention'], message: `is not valid: ${problem}` })
  for (const key of ['s3Url', 'publicUrl']) {
    const path = ['locations', index, 'config', key]
    if (problems.length === 0 && config[key]) problems.push(...urlProblems(config[key], path))
  }
  return problems
}

function urlProblems(url: string, path: (string | number)[]): Problem[] {
  try {
    checkEndpoint(url, 'the URL')
    return []
  } catch (error) {
    return [{ path, message: `is not valid: ${messageOf(error)}` }]
  }
}

function repeatedNames(entries: { name: string }[], list: string): Problem[] {
  return entries.flatMap((entry, i) =>
    entries.slice(0, i).some(other => other.name === entry.name)
      ? [{ path: [list, i, 'name'], message: `${JSON.stringify(entry.name)} is there twice` }]
      : [],
  )
}
