import { createNamespaceDefaults } from './controllers/namespace-defaults.ts'
import type { Change, Objects } from './objects.ts'

export interface Controllers {
  settled(): Promise<void>
  stop(): void
}

/** Reacts to a change; what it writes is told to all of them in turn. */
export type Controller = (objects: Objects, change: Change) => void

const CONTROLLERS: readonly Controller[] = [createNamespaceDefaults]

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
