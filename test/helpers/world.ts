import type { Around } from '../../lib/jobs/around.ts'
import { type BackupOptions, createBackup } from '../../lib/jobs/backup.ts'
import type { BackupResult } from '../../lib/jobs/types.ts'
import type { ObjectStore } from '../../lib/store/types.ts'
import type { Backup, BackupSpec } from '../../lib/velero/types.ts'
import {
  type EmbeddedCluster,
  type EmbeddedClusterOptions,
  startEmbeddedCluster,
} from '../../playground/cluster/cluster.ts'
import { TestClock } from './clock.ts'
import { MemoryStore } from './memory-store.ts'

/** A cluster, a store and a clock of a test's own. */
export interface World extends AsyncDisposable {
  cluster: EmbeddedCluster
  store: MemoryStore
  clock: TestClock
  /** Runs createBackup as a message would; `limited` by the user of whom `authorise` is asked. */
  backup(manifest: Backup, options?: Partial<BackupOptions>, around?: WorldAround): Promise<BackupResult>
}

export interface WorldAround extends Partial<Omit<Around, 'openStore'>> {
  store?: ObjectStore
  limited?: boolean
  readOnly?: boolean
}

export async function openWorld(options: EmbeddedClusterOptions = {}): Promise<World> {
  const cluster = await startEmbeddedCluster({
    ...options,
    now: options.now ?? (() => new Date('2026-11-22T07:00:00Z')),
  })
  const clock = new TestClock()
  const store = new MemoryStore(0)
  return {
    cluster,
    store,
    clock,
    backup: (manifest, given = {}, { store: other, limited = false, readOnly = false, ...around } = {}) => {
      const { kubeconfig, token, limitedToken } = cluster
      const kubeconfigText = limited ? kubeconfig.replace(token, limitedToken) : kubeconfig
      const settings = {
        cluster: { kubeconfigText },
        location: {
          name: 'default',
          spec: {
            provider: 'file',
            objectStorage: { bucket: '/in-memory' },
            ...(readOnly && { accessMode: 'ReadOnly' as const }),
          },
        },
      }
      const opened = other ?? store
      return createBackup(
        settings,
        manifest,
        { typed: false, now: clock.now, ...given },
        { openStore: async () => opened, sleep: clock.sleep, ...around },
      )
    },
    [Symbol.asyncDispose]: () => cluster.stop(),
  }
}

export function manifest(name: string, spec: BackupSpec = {}, uid = `uid-of-${name}`): Backup {
  return { kind: 'Backup', apiVersion: 'velero.io/v1', metadata: { name, namespace: 'velero', uid }, spec }
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
