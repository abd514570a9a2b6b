import type { Clock } from '../../lib/cluster/clock.ts'
import { type Connection, connect } from '../../lib/cluster/connect.ts'
import type { LocationSettings, Settings } from '../../lib/config/types.ts'
import type { Around } from '../../lib/jobs/around.ts'
import { type BackupOptions, createBackup } from '../../lib/jobs/backup.ts'
import { createRestore, type RestoreOptions } from '../../lib/jobs/restore.ts'
import type { BackupResult, RestoreResult } from '../../lib/jobs/types.ts'
import type { ObjectStore } from '../../lib/store/types.ts'
import type { Backup, BackupSpec } from '../../lib/velero/types.ts'
import type { Restore, RestoreSpec } from '../../lib/velero/types-restore.ts'
import {
  type EmbeddedCluster,
  type EmbeddedClusterOptions,
  startEmbeddedCluster,
} from '../../playground/cluster/cluster.ts'
import { TestClock } from './clock.ts'
import { MemoryStore } from './memory-store.ts'

/** A cluster, a store and a clock of a test's own. The cluster's clock is the test's. */
export interface World extends AsyncDisposable {
  cluster: EmbeddedCluster
  store: MemoryStore
  clock: TestClock
  /** Runs createBackup as a message would; `limited` by the user of whom `authorise` is asked. */
  backup(manifest: Backup, options?: Partial<BackupOptions>, around?: WorldAround): Promise<BackupResult>
  /** The same of createRestore. */
  restore(manifest: Restore, options?: Partial<RestoreOptions>, around?: WorldAround): Promise<RestoreResult>
}

export interface WorldAround extends Partial<Omit<Around, 'openStore' | 'connect'>> {
  store?: ObjectStore
  /** Where restores are recorded, if not in `store`. */
  results?: ObjectStore
  limited?: boolean
  readOnly?: boolean
  notifications?: Settings['notifications']
  /** What stands between a job and the cluster. */
  wrap?: (connection: Connection) => Connection
}

export interface WorldOptions extends EmbeddedClusterOptions {
  /** Another world's, so that what one backs up the other restores. */
  store?: MemoryStore
  clock?: TestClock
}

export async function openWorld(options: WorldOptions = {}): Promise<World> {
  const { store = new MemoryStore(0), clock = new TestClock(), ...given } = options
  const now = given.now ?? clock.now
  const cluster = await startEmbeddedCluster({
    ...given,
    now,
    // Node would put the machine's time into each answer.
    faults: request => {
      const fault = given.faults?.(request)
      return { ...fault, headers: { date: now().toUTCString(), ...fault?.headers } }
    },
  })
  const opened = (around: WorldAround): { settings: Settings; around: Partial<Around> } => {
    const {
      store: other = store,
      results,
      limited = false,
      readOnly = false,
      notifications,
      wrap = one => one,
      ...rest
    } = around
    const { kubeconfig, token, limitedToken } = cluster
    const kubeconfigText = limited ? kubeconfig.replace(token, limitedToken) : kubeconfig
    const location: LocationSettings = {
      name: 'default',
      spec: {
        provider: 'file',
        objectStorage: { bucket: '/in-memory' },
        ...(readOnly && { accessMode: 'ReadOnly' as const }),
      },
    }
    const stores: Record<string, ObjectStore> = { default: other, results: results ?? other }
    return {
      settings: {
        cluster: { kubeconfigText },
        location,
        ...(notifications && { notifications }),
        ...(results && { results: { ...location, name: 'results' } }),
      },
      around: {
        openStore: async ({ name }) => stores[name] ?? new MemoryStore(0),
        connect: async settings => wrap(await connect(settings, { clock: clockOf(clock) })),
        sleep: clock.sleep,
        ...rest,
      },
    }
  }
  return {
    cluster,
    store,
    clock,
    backup: (request, given = {}, around = {}) => {
      const { settings, around: all } = opened(around)
      return createBackup(settings, request, { typed: false, now: clock.now, ...given }, all)
    },
    restore: (request, given = {}, around = {}) => {
      const { settings, around: all } = opened(around)
      return createRestore(settings, request, { typed: false, now: clock.now, ...given }, all)
    },
    [Symbol.asyncDispose]: () => cluster.stop(),
  }
}

/** For readers that are given a store. */
export const settingsOf = (): Settings => ({
  cluster: {},
  location: { name: 'default', spec: { provider: 'file', objectStorage: { bucket: '/in-memory' } } },
})

const clockOf = ({ now, sleep }: TestClock): Clock => ({ now: () => now().getTime(), sleep })

export function manifest(name: string, spec: BackupSpec = {}, uid = `uid-of-${name}`): Backup {
  return { kind: 'Backup', apiVersion: 'velero.io/v1', metadata: { name, namespace: 'velero', uid }, spec }
}

/** A Restore of backup `b`, unless the spec names another source. */
export function restoreOf(name: string, spec: RestoreSpec = {}, metadata: Partial<Restore['metadata']> = {}): Restore {
  const source = spec.scheduleName === undefined ? { backupName: 'b' } : {}
  return {
    kind: 'Restore',
    apiVersion: 'velero.io/v1',
    metadata: { name, namespace: 'velero', uid: `uid-of-${name}`, ...metadata },
    spec: { ...source, ...spec },
  }
}

export interface Seed {
  apiVersion: string
  kind: string
  metadata: { name: string; [field: string]: unknown }
  [field: string]: unknown
}

export const namespace = (name: string, labels: Record<string, string> = {}): Seed => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels: { 'kubernetes.io/metadata.name': name, ...labels } },
  status: { phase: 'Active' },
})

export const configMap = (place: string, data: Record<string, string> = {}, metadata: object = {}): Seed => {
  const [ns = '', name = ''] = place.split('/')
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: ns, ...metadata }, data }
}

/** A CustomResourceDefinition of sails, `sails.lateen.test`, which keeps every field. */
export const sailDefinition: Seed = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'sails.lateen.test' },
  spec: {
    group: 'lateen.test',
    scope: 'Namespaced',
    names: { plural: 'sails', singular: 'sail', kind: 'Sail', listKind: 'SailList' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
  status: { conditions: [{ type: 'Established', status: 'True' }], storedVersions: ['v1'] },
}
