import { randomBytes, randomInt, randomUUID } from 'node:crypto'
import { identify, type User } from '../../playground/cluster/access.ts'
import { startControllers } from '../../playground/cluster/controllers.ts'
import { create } from '../../playground/cluster/create.ts'
import type { JsonObject } from '../../playground/cluster/json.ts'
import { kubeconfigFor } from '../../playground/cluster/kubeconfig.ts'
import { Objects } from '../../playground/cluster/objects.ts'
import { Registry } from '../../playground/cluster/registry.ts'
import { answer, type Request } from '../../playground/cluster/routes.ts'
import { addressOf, listen } from '../../playground/cluster/server.ts'
import { populate } from '../../playground/cluster/start.ts'
import { Store } from '../../playground/cluster/store.ts'
import type { Shape } from '../shape/shape.ts'
import { answerGenerated, type Generated, noteList, printCounts } from './answer.ts'
import { Created, collections } from './objects.ts'

/** Where it tells what it was asked; see Counts. */
export const COUNTS_PATH = '/counts'

export interface GeneratedCluster {
  url: string
  token: string
  kubeconfig: string
  stop(): void
}

/**
 * The embedded cluster with the objects of a shape, which are made as they are listed; and of those that are created of the
 * same kinds, the names are kept and the rest is dropped. `tls`: in PEM.
 */
export async function startGeneratedCluster(
  shape: Shape,
  tls?: { cert: string; key: string },
): Promise<GeneratedCluster> {
  const registry = new Registry()
  const around = { now: () => new Date(), uid: randomUUID, random: (below: number) => randomInt(below) }
  const objects = new Objects(new Store(0), registry, around)
  const controllers = startControllers(objects)
  populate(objects)
  for (const object of shape.clusterObjects()) {
    const kind = registry.ofObject(object.apiVersion, object.kind)
    if (kind !== undefined) create(objects, kind, object as unknown as JsonObject, { manager: 'admin', dryRun: false })
  }
  await controllers.settled()
  const token = randomBytes(24).toString('base64url')
  const users: User[] = [{ name: 'admin', token, authorise: () => true }]
  const address = () => addressOf(server)
  const generated: Generated = {
    objects,
    collections: collections(shape, registry),
    created: new Created(),
    counts: { listedItems: 0, listedBytes: 0, created: 0, patched: 0 },
  }
  const respond = (request: Request) => {
    identify(users, request.headers)
    if (request.path === COUNTS_PATH) return printCounts(generated)
    noteList(generated, request)
    return answerGenerated(generated, request) ?? answer({ objects, users, address }, request)
  }
  const server = await listen({ faults: () => undefined, answer: respond, ...(tls && { tls }) })
  const url = `${tls ? 'https' : 'http'}://${address()}`
  return {
    url,
    token,
    kubeconfig: kubeconfigFor(url, token, tls?.cert),
    stop: () => {
      controllers.stop()
      server.closeAllConnections()
      server.close()
    },
  }
}
