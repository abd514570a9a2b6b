import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { discover } from '../../../lib/cluster/discovery.ts'
import { exchange } from '../../../lib/cluster/http/read.ts'
import { resourcePath } from '../../../lib/cluster/objects.ts'
import type { Transport } from '../../../lib/cluster/types.ts'
import { groupResource } from '../../../lib/restore/names.ts'
import { exactly } from '../../helpers/archive.ts'

/** Every object of a cluster by `deployments.apps/shop/web`, or `nodes/_cluster/node-0`; numbers as they were written. */
export type Dump = Map<string, KubeObject>

export interface KubeObject {
  apiVersion: string
  kind: string
  metadata: {
    name: string
    namespace?: string
    uid: string
    resourceVersion: string
    annotations?: Record<string, string>
    managedFields?: FieldOwner[]
    [field: string]: unknown
  }
  [field: string]: unknown
}

export interface FieldOwner {
  manager: string
  operation: string
  subresource?: string
  time?: string
  fieldsV1: unknown
}

/** What golden dumps leave out, and what no object is stored for. */
const ASIDE = ['events', 'events.events.k8s.io', 'leases.coordination.k8s.io', 'componentstatuses']

/** As the golden dumps are: without Events, Leases and what is in the namespace velero. */
export async function dumpCluster(transport: Transport): Promise<Dump> {
  const { resources } = await discover(transport)
  const listed = resources.filter(each => each.verbs.includes('list') && !ASIDE.includes(groupResource(each)))
  const lists = await Promise.all(
    listed.map(async resource => {
      const json = await exchange(transport, { method: 'GET', path: resourcePath(resource) })
      const { items, ...list } = exactly(json) as { items: KubeObject[]; apiVersion: string; kind: string }
      const [apiVersion, kind] = [list.apiVersion, list.kind.replace(/List$/, '')]
      return items.map(item => [keyOf(groupResource(resource), item), { ...item, apiVersion, kind }] as const)
    }),
  )
  return new Map(lists.flat().filter(([, { metadata }]) => metadata.namespace !== 'velero'))
}

function keyOf(resource: string, { metadata }: KubeObject): string {
  return `${resource}/${metadata.namespace ?? '_cluster'}/${metadata.name}`
}

/** A dump of ../shared/golden. */
export function goldenDump(folder: string): Dump {
  const root = fileURLToPath(new URL(`../../../../shared/golden/${folder}/`, import.meta.url))
  const paths = globSync('*/*/*.json', { cwd: root }).filter(path => !ASIDE.includes(path.split('/')[0] ?? ''))
  return new Map(
    paths.map(path => [path.slice(0, -'.json'.length), exactly(readFileSync(`${root}${path}`)) as KubeObject]),
  )
}

/** Where who owns what is none of the question. */
export function withoutOwners(dump: Dump): Dump {
  return new Map(
    [...dump].map(([key, object]) => {
      const { managedFields: _, ...metadata } = object.metadata
      return [key, { ...object, metadata }]
    }),
  )
}
