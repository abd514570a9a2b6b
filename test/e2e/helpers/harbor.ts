import { readFileSync } from 'node:fs'
import { expect, vi } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { discover } from '../../../lib/cluster/discovery.ts'
import { createObject, deleteObject, patchObject } from '../../../lib/cluster/objects.ts'
import type { Transport } from '../../../lib/cluster/types.ts'
import { applyManifests } from '../../../playground/apply.ts'
import { type Kind, listAll, namespaces } from './cluster.ts'

const manifest = (file: string) => readFileSync(new URL(`../../../../shared/cluster/${file}`, import.meta.url), 'utf8')

const sails: Kind = { group: 'harbor.example.com', version: 'v1', name: 'sails' }

/** Written as JSON, so that the digits reach the cluster as they stand here. */
const digits = String.raw`{"apiVersion":"harbor.example.com/v1","kind":"Sail","metadata":{"name":"digits"},
  "spec":{"max":9223372036854775807,"min":-9223372036854775808,"odd":9007199254740993,"tiny":1e-300,
  "huge":1.7976931348623157e308,"third":0.3333333333333333,"text":"\u2028 <&> \ud83d\udea2 \u0001","none":null,"":{}}}`

const until = (seconds: number, check: () => Promise<void>, interval = 500) =>
  vi.waitFor(check, { timeout: seconds * 1_000, interval })

export const NAMESPACES = ['shop', 'data', 'nginx-example']

/** The cluster that the golden backups are of, with nginx-example and one Sail more in it; waits until all stands still. */
export async function applyHarbor(transport: Transport): Promise<void> {
  await applyManifests(transport, manifest('harbor-crds.yaml'))
  // Kinds are served, and namespaces have their default ServiceAccount, some time after they were made.
  const apply = () =>
    applyManifests(transport, `${manifest('harbor.yaml')}\n---\n${manifest('nginx-example.yaml')}`).catch(String)
  await until(30, async () => expect(await apply()).toBe(0))
  await createObject(transport, sails, 'nginx-example', digits)
  const dead = async () => (await discover(transport)).dead.map(group => group.apiService)
  await until(30, async () => expect(await dead()).toContain('v1beta1.metrics.example.com'))
  let before = ''
  let alike = 0
  // For some seconds: controllers that have much to do come back to what looked ready.
  const still = async () => {
    const now = await workloads(transport)
    alike = now !== '' && now === before ? alike + 1 : 0
    before = now
    return alike >= 3
  }
  await until(60, async () => expect(await still()).toBe(true), 1_500)
}

/** Removes all of it and waits for that: an API that never answers keeps others' namespaces from ending. */
export async function removeHarbor(transport: Transport): Promise<void> {
  const finalizers = JSON.stringify({ metadata: { finalizers: null } })
  const main = { namespace: 'shop', name: 'main' }
  await patchObject(transport, sails, main, 'application/merge-patch+json', finalizers)
  const { served } = await discover(transport)
  const files = ['harbor-crds.yaml', 'nginx-example.yaml', 'harbor.yaml']
  for (const document of files.flatMap(file => parseAllDocuments(manifest(file))).reverse()) {
    const { apiVersion, kind, metadata } = document.toJS()
    const resource = served.find(
      r => (r.group === '' ? r.version : `${r.group}/${r.version}`) === apiVersion && r.kind === kind,
    )
    if (resource !== undefined) await deleteObject(transport, resource, metadata)
  }
  const left = async () =>
    (await listAll(transport, namespaces))
      .map(({ metadata }) => metadata.name)
      .filter(name => NAMESPACES.includes(name))
  await until(60, async () => expect(await left()).toEqual([]))
}

const core = (name: string): Kind => ({ group: '', version: 'v1', name })
const apps = (name: string): Kind => ({ group: 'apps', version: 'v1', name })
const jobs: Kind = { group: 'batch', version: 'v1', name: 'jobs' }
const moving: Kind[] = [
  ...['pods', 'services', 'endpoints', 'persistentvolumeclaims', 'resourcequotas', 'serviceaccounts'].map(core),
  ...['deployments', 'replicasets', 'statefulsets', 'daemonsets'].map(apps),
  { group: 'discovery.k8s.io', version: 'v1', name: 'endpointslices' },
  { group: 'policy', version: 'v1', name: 'poddisruptionbudgets' },
  jobs,
]

/** The state of everything that controllers work on, as a text; '' while something is not ready. */
async function workloads(transport: Transport): Promise<string> {
  const pods = (await listAll(transport, core('pods'))).filter(pod => NAMESPACES.includes(pod.metadata.namespace ?? ''))
  const done = (await listAll(transport, jobs)).filter(job => job.status?.succeeded === 1)
  const claims = (await listAll(transport, core('persistentvolumeclaims'))).filter(c => c.status?.phase === 'Bound')
  const ready = pods.filter(({ status }) => status?.phase === 'Running' || status?.phase === 'Succeeded')
  // 3 of web, 2 of nginx, one each of db, agent, migrate and lone.
  if (ready.length < 9 || ready.length < pods.length || done.length < 1 || claims.length < 1) return ''
  const lists = await Promise.all(moving.map(kind => listAll(transport, kind)))
  return lists
    .flat()
    .map(({ metadata }) => metadata.resourceVersion)
    .join()
}
