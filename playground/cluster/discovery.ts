import type { JsonObject } from './json.ts'
import { groupVersion, type Kind } from './kinds.ts'
import type { ServedVersion } from './registry.ts'

export const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'

/** Whether a client that sends this Accept header knows aggregated discovery and asks for it first. */
export const wantsAggregated = (accept: string) =>
  accept.split(',').some(type => {
    const asked = type.split(';').map(part => part.trim())
    return AGGREGATED.split(';').every(part => asked.includes(part))
  })

/** The whole of /api or /apis in one document. */
export function aggregated(versions: readonly ServedVersion[]): JsonObject {
  const items = byGroup(versions).map(({ group, versions }) => ({
    metadata: group === '' ? {} : { name: group },
    versions: versions.map(version => ({
      version: version.version,
      ...(version.kinds.length > 0 && { resources: version.kinds.map(resourceDiscovery) }),
      freshness: version.stale ? 'Stale' : 'Current',
    })),
  }))
  return { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items }
}

function resourceDiscovery(kind: Kind): JsonObject {
  // The server leaves group and version of its own kinds to the enclosing document, and writes those of custom ones out.
  const own = kind.custom === undefined ? { group: '', version: '' } : { group: kind.group, version: kind.version }
  return {
    resource: kind.resource,
    responseKind: { ...own, kind: kind.kind },
    scope: kind.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: kind.singular,
    verbs: [...kind.verbs],
    ...(kind.shortNames.length > 0 && { shortNames: [...kind.shortNames] }),
    ...(kind.categories.length > 0 && { categories: [...kind.categories] }),
    ...(kind.subresources.length > 0 && {
      subresources: kind.subresources.map(sub => ({
        subresource: sub.name,
        responseKind: { ...own, ...(sub.group && { group: sub.group, version: sub.version }), kind: sub.kind },
        verbs: [...sub.verbs],
      })),
    }),
  }
}

/** /api of old. */
export const coreVersions = (address: string): JsonObject => ({
  kind: 'APIVersions',
  versions: ['v1'],
  serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: address }],
})

/** /apis of old. */
export const groupList = (versions: readonly ServedVersion[]): JsonObject => ({
  kind: 'APIGroupList',
  apiVersion: 'v1',
  groups: byGroup(versions).map(({ group, versions }) => groupEntry(group, versions)),
})

/** /apis/GROUP. */
export const group = (name: string, versions: readonly ServedVersion[]): JsonObject => ({
  kind: 'APIGroup',
  apiVersion: 'v1',
  ...groupEntry(name, versions),
})

function groupEntry(name: string, versions: readonly ServedVersion[]): JsonObject {
  const entries = versions.map(version => ({ groupVersion: groupVersion(version), version: version.version }))
  return { name, versions: entries, ...(entries[0] && { preferredVersion: { ...entries[0] } }) }
}

/** /api/v1 and /apis/GROUP/VERSION. */
export const resourceList = (of: { group: string; version: string }, kinds: readonly Kind[]): JsonObject => ({
  kind: 'APIResourceList',
  ...(of.group !== '' && { apiVersion: 'v1' }),
  groupVersion: groupVersion(of),
  resources: kinds.flatMap(kind => [
    {
      name: kind.resource,
      singularName: kind.singular,
      namespaced: kind.namespaced,
      kind: kind.kind,
      verbs: [...kind.verbs],
      ...(kind.shortNames.length > 0 && { shortNames: [...kind.shortNames] }),
      ...(kind.categories.length > 0 && { categories: [...kind.categories] }),
    },
    ...kind.subresources.map(sub => ({
      name: `${kind.resource}/${sub.name}`,
      singularName: '',
      namespaced: kind.namespaced,
      ...(sub.group && { group: sub.group, version: sub.version }),
      kind: sub.kind,
      verbs: [...sub.verbs],
    })),
  ]),
})

function byGroup(versions: readonly ServedVersion[]): { group: string; versions: ServedVersion[] }[] {
  const groups = new Map<string, ServedVersion[]>()
  for (const version of versions) groups.set(version.group, [...(groups.get(version.group) ?? []), version])
  return [...groups].map(([group, versions]) => ({ group, versions }))
}
