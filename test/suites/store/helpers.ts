import { createHash } from 'node:crypto'
import { text } from 'node:stream/consumers'
import { expect } from 'vitest'
import { type ObjectStore, PreconditionFailedError } from '../../../lib/store/types.ts'

/** The store under test, which exists when the tests run. */
export interface CurrentStore {
  readonly store: ObjectStore
}

export const MiB = 1024 * 1024
export const absent = { ifNoneMatch: '*' } as const

export async function read(store: ObjectStore, key: string): Promise<string> {
  return await text((await store.get(key)).body)
}

export async function keysBelow(store: ObjectStore, prefix: string): Promise<string[]> {
  const keys: string[] = []
  for await (const page of store.list(prefix)) keys.push(...page.objects.map(object => object.key))
  return keys
}

export async function level(
  store: ObjectStore,
  prefix: string,
): Promise<{ keys: string[]; prefixes: string[]; pages: number }> {
  const found = { keys: [] as string[], prefixes: [] as string[], pages: 0 }
  for await (const page of store.list(prefix, { delimiter: '/' })) {
    found.keys.push(...page.objects.map(object => object.key))
    found.prefixes.push(...page.prefixes)
    found.pages++
  }
  return found
}

/** Which of these conditional writes won; the others must have lost, not failed. */
export async function outcomes(writes: Promise<unknown>[]): Promise<boolean[]> {
  const results = await Promise.allSettled(writes)
  for (const result of results) {
    if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(PreconditionFailedError)
  }
  return results.map(result => result.status === 'fulfilled')
}

export function inByteOrder(keys: string[]): string[] {
  return keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
}

export async function digest(body: AsyncIterable<Buffer>): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of body) hash.update(chunk)
  return hash.digest('hex')
}
