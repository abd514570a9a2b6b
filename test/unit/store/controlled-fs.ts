import { AsyncLocalStorage } from 'node:async_hooks'
import type * as fs from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'

/** Runs before each system call of an operation; `call` counts from 1, `name` is the function's. */
export type BeforeCall = (call: number, name: string) => Promise<void> | void

const operations = new AsyncLocalStorage<{ calls: number; before: BeforeCall }>()

/** Runs an operation with `before` ahead of each of its calls of the file system; answers how many they were, too. */
export async function stepping<T>(
  before: BeforeCall,
  operation: () => Promise<T>,
): Promise<{ value: T; calls: number }> {
  const state = { calls: 0, before }
  return await operations.run(state, async () => {
    const value = await operation()
    return { value, calls: state.calls }
  })
}

/** Runs an operation within another one that sleeps, with no step of its own. */
export async function awake<T>(operation: () => Promise<T>): Promise<T> {
  return await operations.exit(operation)
}

async function step(name: string): Promise<void> {
  const state = operations.getStore()
  if (state) await state.before(++state.calls, name)
}

/** Thrown where a process is killed: nothing that it would do afterwards happens, clean-up included. */
export class Killed extends Error {}

/** Kills an operation at its call number `at`; a killed write has written half. */
export function killAt(at: number): BeforeCall {
  return call => {
    if (call >= at) throw new Killed(`at call ${at}`)
  }
}

type AsyncFunction = (...args: unknown[]) => Promise<unknown>

/** `node:fs/promises` under control, for vi.mock. Nothing here survives a power cut: `sync` does nothing, to save time. */
export function controlled(real: typeof fs): typeof fs {
  const wrapped = Object.entries(real).map(([name, value]) => {
    if (typeof value !== 'function') return [name, value]
    const call = value as AsyncFunction
    return [
      name,
      async (...args: unknown[]) => {
        await step(name)
        const result = await call(...args)
        return name === 'open' ? controlledHandle(result as FileHandle) : result
      },
    ]
  })
  return { ...Object.fromEntries(wrapped), default: real } as typeof fs
}

function controlledHandle(file: FileHandle): FileHandle {
  return new Proxy(file, {
    get(target, name) {
      const value = Reflect.get(target, name, target)
      if (typeof value !== 'function' || name === 'createReadStream') return value
      return async (...args: unknown[]) => {
        try {
          await step(`file.${String(name)}`)
        } catch (error) {
          // The kernel closes a killed process' files; what it was writing is there in part.
          if (name === 'writeFile') await target.writeFile(half(args[0]))
          await target.close().catch(() => {})
          throw error
        }
        return name === 'sync' ? undefined : await (value as AsyncFunction).apply(target, args)
      }
    },
  })
}

function half(body: unknown): Buffer {
  const bytes = Buffer.from(body as Uint8Array)
  return bytes.subarray(0, bytes.length / 2)
}
