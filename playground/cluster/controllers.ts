import { announceApiServices } from './controllers/api-services.ts'
import { serveDefinitions } from './controllers/definitions.ts'
import { publishEndpoints } from './controllers/endpoints.ts'
import { collectGarbage } from './controllers/garbage.ts'
import { createNamespaceDefaults } from './controllers/namespace-defaults.ts'
import { endNamespaces } from './controllers/namespace-end.ts'
import { runPods } from './controllers/pods.ts'
import { bindVolumes } from './controllers/volumes.ts'
import { runWorkloads } from './controllers/workloads.ts'
import type { Change, Objects } from './objects.ts'

export interface Controllers {
  settled(): Promise<void>
  stop(): void
}

/** Reacts to a change; what it writes is told to all of them in turn. */
export type Controller = (objects: Objects, change: Change) => void

const CONTROLLERS: readonly Controller[] = [
  createNamespaceDefaults,
  announceApiServices,
  serveDefinitions,
  runPods,
  runWorkloads,
  publishEndpoints,
  bindVolumes,
  collectGarbage,
  endNamespaces,
]

/** Runs the controllers after each change, in order, and never within the request that made it. */
export function startControllers(objects: Objects): Controllers {
  const queue: Change[] = []
  let running: Promise<void> | undefined
  let stopped = false
  const drain = async () => {
    await new Promise(resolve => setImmediate(resolve))
    for (let change = queue.shift(); change !== undefined && !stopped; change = queue.shift()) {
      for (const controller of CONTROLLERS) controller(objects, change)
    }
    running = undefined
  }
  objects.onChange(change => {
    queue.push(change)
    running ??= drain()
  })
  return {
    settled: async () => {
      while (running !== undefined) await running
    },
    stop: () => {
      stopped = true
    },
  }
}
