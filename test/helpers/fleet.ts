import { createServer } from 'node:net'
import { type Connection, connect } from '../../lib/cluster/connect.ts'
import { ConnectionError } from '../../lib/cluster/types.ts'
import type { Config } from '../../lib/config/config.ts'
import { clusterName } from '../../lib/config/config.ts'
import { placesOf } from '../../lib/config/places.ts'
import { settingsFor } from '../../lib/config/settings-for.ts'
import type { ClusterSettings } from '../../lib/config/types.ts'
import { AROUND, type Around } from '../../lib/jobs/around.ts'
import { createBackup } from '../../lib/jobs/backup.ts'
import { type BackupInvocation, handleBackupEvent } from '../../lib/jobs/backup-events.ts'
import type { TickAnswer } from '../../lib/jobs/tick-events.ts'
import type { ObjectStore } from '../../lib/store/types.ts'
import { type EmbeddedCluster, startEmbeddedCluster } from '../../playground/cluster/cluster.ts'
import { kubeconfigFor } from '../../playground/cluster/kubeconfig.ts'
import { guarded, Killed } from './failing-store.ts'
import { FakeQueue, WaitingClock } from './fake-queue.ts'
import { SMALL_SIZES } from './many-objects.ts'
import { MemoryStore } from './memory-store.ts'
import { configMap, namespace } from './world.ts'

/** What an API server's silence costs, in ms: two connections that are given 10 s each. */
const SILENCE_MS = 20_000

export interface FleetOptions {
  config: Config
  /** Clusters that refuse connections, and those that do not answer at all. */
  refusing: readonly string[]
  silent: readonly string[]
  start: string
  /** Invocations at once. */
  atOnce: number
}

/** Many clusters, each with a location of its own, and one deployment of the backup function with its queue. */
export class Fleet implements AsyncDisposable {
  readonly clock: WaitingClock
  readonly queue: FakeQueue
  readonly stores = new Map<string, MemoryStore>()
  readonly logged: { level: string; message: string; fields: Record<string, unknown> }[] = []
  readonly counted = new Map<string, number>()
  /** Names of clusters in the order in which invocations began to work on them, with the names of backups. */
  readonly begun: string[] = []
  /** How many invocations were at work on a cluster at once, at most. */
  readonly most = new Map<string, number>()
  /** Backups whose next invocation is told at once that its time is over, and those whose next invocation dies. */
  readonly hurried = new Set<string>()
  readonly dying = new Set<string>()
  readonly #options: FleetOptions
  readonly #clusters = new Map<string, EmbeddedCluster>()
  readonly #atWork = new Map<string, number>()
  #closedPort = 0

  private constructor(options: FleetOptions) {
    this.#options = options
    this.clock = new WaitingClock(options.start)
    this.queue = new FakeQueue(this.clock, options.atOnce, 7)
  }

  static async open(options: FleetOptions): Promise<Fleet> {
    const fleet = new Fleet(options)
    for (const { name } of options.config.locations)
      fleet.stores.set(name, Object.assign(new MemoryStore(0, fleet.clock.now), { url: `memory:///${name}` }))
    const dead = new Set([...options.refusing, ...options.silent])
    const names = options.config.clusters.map(cluster => clusterName(cluster) as string)
    await Promise.all(names.filter(name => !dead.has(name)).map(name => fleet.#start(name)))
    fleet.#closedPort = await closedPort()
    return fleet
  }

  /** One look at all schedules. */
  tick(): Promise<TickAnswer[]> {
    return this.#handle({ kind: 'ScheduleList' }) as Promise<TickAnswer[]>
  }

  /** All that the queue brings, until it is empty. */
  work(): Promise<void> {
    return this.queue.drain(event => this.#handle(event))
  }

  [Symbol.asyncDispose] = async (): Promise<void> => {
    await Promise.all([...this.#clusters.values()].map(cluster => cluster.stop()))
  }

  async #start(name: string): Promise<void> {
    const cluster = await startEmbeddedCluster({ now: this.clock.now })
    cluster.seed([namespace('shop'), configMap('shop/which', { cluster: name }), configMap('shop/other')])
    this.#clusters.set(name, cluster)
  }

  #handle(event: object): Promise<unknown> {
    const { config } = this.#options
    const invocation: BackupInvocation = {
      settings: (cluster, location) => settingsFor(config, cluster, location),
      places: placesOf(config),
      queues: this.queue,
      signal: new AbortController().signal,
      now: this.clock.now,
      log: (level, message, fields) => this.logged.push({ level, message, fields }),
      measure: ({ values }) => {
        for (const [name, value] of Object.entries(values))
          this.counted.set(name, (this.counted.get(name) ?? 0) + value)
      },
      createBackup: (settings, manifest, options) => this.#run(settings, manifest, options),
    }
    return handleBackupEvent(event, invocation, async ({ name }) => this.stores.get(name) as MemoryStore, {
      // Nothing hangs here.
      sleep: () => new Promise(() => {}),
    })
  }

  async #run(...[settings, manifest, options]: Parameters<BackupInvocation['createBackup']>) {
    const { name } = manifest.metadata
    const what = `${settings.cluster.name}/${name}`
    const store = this.stores.get(settings.location.name) as ObjectStore
    const dies = this.dying.has(what)
    const around: Around = {
      ...AROUND,
      sizes: SMALL_SIZES,
      sleep: this.clock.sleep,
      openStore: async () => (dies ? this.#dyingStore(store, what, name) : store),
      connect: cluster => this.#connect(cluster, what),
    }
    const signal = this.hurried.has(what) ? AbortSignal.abort() : options.signal
    const result = await createBackup(settings, manifest, { ...options, signal }, around)
    if (result.how === 'continued') this.hurried.delete(what)
    return result
  }

  /** The invocation dies with the first of the backup's files; nothing that it would have done after reaches the store. */
  #dyingStore(store: ObjectStore, what: string, name: string): ObjectStore {
    let dead = false
    return guarded(store, async (call, carryOut) => {
      dead ||= call.includes(`backups/${name}/${name}`) && /^(put|createUpload)/.test(call)
      if (!dead) return carryOut()
      this.dying.delete(what)
      throw new Killed(call)
    })
  }

  async #connect(settings: ClusterSettings, what: string): Promise<Connection> {
    const name = settings.name as string
    const end = this.#enter(name, what)
    try {
      if (this.#options.silent.includes(name)) {
        await this.clock.sleep(SILENCE_MS)
        throw new ConnectionError(`cannot reach the API server of ${name}: no connection within 10 s`)
      }
      const kubeconfigText =
        this.#clusters.get(name)?.kubeconfig ?? kubeconfigFor(`http://127.0.0.1:${this.#closedPort}`, 'token')
      const clock = { now: () => this.clock.now().getTime(), sleep: async () => {} }
      const connection = await connect({ ...settings, kubeconfigText }, { clock })
      const { transport } = connection
      const close = transport.close.bind(transport)
      transport.close = async () => {
        end()
        await close()
      }
      return connection
    } catch (error) {
      end()
      throw error
    }
  }

  #enter(name: string, what: string): () => void {
    const now = (this.#atWork.get(name) ?? 0) + 1
    this.#atWork.set(name, now)
    this.most.set(name, Math.max(this.most.get(name) ?? 0, now))
    this.begun.push(what)
    return () => this.#atWork.set(name, (this.#atWork.get(name) ?? 0) - 1)
  }
}

/** One on which nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as { port: number }
  await new Promise(closed => server.close(closed))
  return port
}
