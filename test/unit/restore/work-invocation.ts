import type { BackupSource } from '../../../lib/bucket/archive-source.ts'
import { SegmentStore } from '../../../lib/bucket/segments.ts'
import { discoveryFrom } from '../../../lib/cluster/discovery.ts'
import type { ApiResource } from '../../../lib/cluster/types.ts'
import { type AccountState, RestoreAccount } from '../../../lib/restore/account.ts'
import { type RestoreFacts, restoreLabels } from '../../../lib/restore/facts.ts'
import { TargetKinds } from '../../../lib/restore/kinds.ts'
import { Namespaces } from '../../../lib/restore/namespaces.ts'
import { planMembers } from '../../../lib/restore/plan.ts'
import type { PositionState } from '../../../lib/restore/position.ts'
import { selectionOf } from '../../../lib/restore/selection.ts'
import { VolumeRecords } from '../../../lib/restore/volume-records.ts'
import { RestoreWork } from '../../../lib/restore/work.ts'
import { TestClock } from '../../helpers/clock.ts'
import { MemoryStore } from '../../helpers/memory-store.ts'
import { restoreOf, type Seed } from '../../helpers/world.ts'
import { context } from './actions/items.ts'
import { type Answer, controlOf, fakeTransport } from './fake-transport.ts'

const WAVES = ['namespaces', 'secrets', 'configmaps'].map(resource => ({ title: resource, resources: [resource] }))
const api = (name: string): ApiResource => {
  return {
    group: '',
    version: 'v1',
    name,
    kind: name,
    singularName: '',
    namespaced: name !== 'namespaces',
    verbs: [],
    shortNames: [],
  }
}
const SERVED = ['namespaces', 'secrets', 'configmaps'].map(api)
const discovery = discoveryFrom({ resources: SERVED, served: SERVED, dead: [] })
const clock = new TestClock()
const NOW = clock.now().toISOString()

/** A cluster that keeps what is created; `refuse` says what it answers instead. */
export function fakeCluster(refuse: (name: string) => number | undefined = () => undefined) {
  const objects = new Map<string, object>()
  return {
    objects,
    answer: (call: string, body: string | undefined): Answer => {
      const [method = '', path = ''] = call.replace(/\?.*/, '').split(' ')
      if (path === '/api' || path === '/apis') return { kind: 'APIGroupDiscoveryList', items: ITEMS }
      if (method === 'GET') return objects.get(path) ?? 404
      const object = JSON.parse(body ?? '') as Seed
      const refused = refuse(object.metadata.name)
      if (refused !== undefined) return refused
      const place = `${path}/${object.metadata.name}`
      if (objects.has(place)) return 409
      const managedFields = [{ manager: 'lateen' }]
      objects.set(place, { ...object, metadata: { ...object.metadata, creationTimestamp: NOW, managedFields } })
      return objects.get(place)
    },
  }
}
const ITEMS = [
  {
    metadata: {},
    versions: [
      {
        version: 'v1',
        resources: SERVED.map(({ name, kind, namespaced }) => {
          return { resource: name, responseKind: { kind }, scope: namespaced ? 'Namespaced' : 'Cluster' }
        }),
      },
    ],
  },
]

export interface Snapshot {
  position: PositionState
  account: AccountState
}

/** An invocation, from a snapshot of another one. `onCall` is told of every request. */
export function invoke(
  source: BackupSource,
  cluster: ReturnType<typeof fakeCluster>,
  options: {
    from?: Snapshot
    onCall?: (number: number, take: () => Promise<Snapshot>) => void
    stopping?: () => boolean
  } = {},
) {
  const { from, onCall = () => {}, stopping } = options
  let calls = 0
  const { transport } = fakeTransport((call, { body }) => {
    onCall(++calls, take)
    return cluster.answer(call, body === undefined ? undefined : String(body))
  })
  const restore = restoreOf('r')
  const selection = selectionOf(restore.spec, { included: [], excluded: [] })
  const related = { wanted: new Map(), volumes: new Map() }
  const facts: RestoreFacts = {
    ...{ restore, backupName: 'b', selection, related, records: new VolumeRecords(), modifiers: undefined },
    actions: context(),
  }
  const control = controlOf(clock, stopping)
  const begun = { transport, control, startedMs: Date.parse(NOW), takenUp: from !== undefined }
  const account = new RestoreAccount({
    restore: 'r',
    segments: STORE,
    now: clock.now,
    ...(from && { from: from.account }),
  })
  const createdNamespaces = new Set(from?.position.namespaces)
  const onCreated = (name: string) => {
    if (createdNamespaces.has(name)) return
    createdNamespaces.add(name)
    account.add({ kind: 'v1/Namespace', resource: 'namespaces', namespace: '', name, action: 'created', findings: [] })
  }
  const work = new RestoreWork({
    source,
    plan: planMembers(source, selection, related, WAVES, {}),
    items: {
      writer: { ...begun, facts, labels: restoreLabels(facts), recreates: () => false },
      kinds: new TargetKinds(discovery),
      namespaces: new Namespaces({ ...begun, stored: async () => undefined, onCreated, created: createdNamespaces }),
      unserved: new Map(),
      denied: new Map(),
    },
    account,
    control,
    ...(from && { from: from.position }),
    createdNamespaces,
    onWave: () => {},
  })
  /** Both in one breath, as a checkpoint takes them. */
  const take = async () => {
    const position = work.position()
    return { position, account: await account.snapshot() }
  }
  return { work, account, take }
}

/** Of all invocations of a test, which take each other's snapshots up. */
const STORE = new SegmentStore(new MemoryStore(), 'u', 1)

export async function rowsOf(account: RestoreAccount): Promise<string[]> {
  const rows: string[] = []
  for await (const row of account.listed.read()) rows.push(row.replace('\0', ' '))
  return rows
}
