import { randomBytes, randomInt, randomUUID } from 'node:crypto'
import type { Authorise, User } from './access.ts'
import type { Capacity } from './capacity.ts'
import { startControllers } from './controllers.ts'
import type { Faults } from './faults.ts'
import { type JsonObject, parseJson } from './json.ts'
import { kubeconfigFor } from './kubeconfig.ts'
import { Objects } from './objects.ts'
import { Registry } from './registry.ts'
import { answer } from './routes.ts'
import { seedObjects } from './seed.ts'
import { addressOf, listen } from './server.ts'
import { populate } from './start.ts'
import { Store } from './store.ts'

export interface EmbeddedClusterOptions {
  /** Asked for every request; what it gives back goes wrong. */
  faults?: Faults
  /** What the server bears, of each token's user; whoever keeps it may change its seats meanwhile. Without it, all that comes. */
  capacity?: Capacity
  /** What the second user, whose token is `limitedToken`, may do. Nothing without it. */
  authorise?: Authorise
  /** A continue token is good for so many writes after its list. */
  tokensLastWrites?: number
  now?: () => Date
  uid?: () => string
  random?: (below: number) => number
}

/** A Kubernetes API server with its controllers, in memory, on a port of 127.0.0.1. */
export interface EmbeddedCluster {
  /** `http://127.0.0.1:PORT` */
  readonly url: string
  /** Of a user who may do everything. */
  readonly token: string
  /** Of a user who may do what `authorise` says. */
  readonly limitedToken: string
  /** A kubeconfig file's text for the first user. */
  readonly kubeconfig: string
  /**
   * Puts objects straight into the store: complete ones, each with apiVersion, kind and metadata, as a list would show
   * them; what they lack of uid, creationTimestamp and namespace is added. No defaults, no checks, no controllers.
   */
  seed(objects: Iterable<object>): void
  /** The same from JSON text, one object in each, whose numbers keep every digit. */
  seedText(objects: Iterable<string>): void
  /** Resolves once the controllers have nothing left to do. */
  settled(): Promise<void>
  stop(): Promise<void>
}

/** More than any test writes between two pages, fewer than a restore does during a list. */
const TOKENS_LAST_WRITES = 10_000

export async function startEmbeddedCluster(options: EmbeddedClusterOptions = {}): Promise<EmbeddedCluster> {
  const { now = () => new Date(), uid = randomUUID, random = below => randomInt(below) } = options
  const registry = new Registry()
  const objects = new Objects(new Store(options.tokensLastWrites ?? TOKENS_LAST_WRITES), registry, { now, uid, random })
  const controllers = startControllers(objects)
  populate(objects)
  const [token, limitedToken] = [randomBytes(24).toString('base64url'), randomBytes(24).toString('base64url')]
  const users: User[] = [
    { name: 'admin', token, authorise: () => true },
    { name: 'limited', token: limitedToken, authorise: options.authorise ?? (() => false) },
  ]
  const address = () => addressOf(server)
  const server = await listen({
    faults: options.faults ?? (() => undefined),
    capacity: options.capacity,
    answer: request => answer({ objects, users, address }, request),
  })
  const url = `http://${address()}`
  await controllers.settled()
  return {
    url,
    token,
    limitedToken,
    kubeconfig: kubeconfigFor(url, token),
    seedText: texts =>
      seedObjects(
        objects,
        Iterator.from(texts).map(text => parseJson(text) as JsonObject),
      ),
    seed: given => seedObjects(objects, given as Iterable<JsonObject>),
    settled: () => controllers.settled(),
    stop: async () => {
      controllers.stop()
      server.closeAllConnections()
      await new Promise<void>((resolve, reject) => server.close(error => (error ? reject(error) : resolve())))
    },
  }
}
