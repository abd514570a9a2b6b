import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isObject } from '../../../lib/restore/json.ts'
import { mergePatch, serviceAccountMerge } from '../../../lib/restore/merge-patch.ts'
import type { JsonObject } from '../../../lib/restore/types.ts'
import { parseLossless, stringifyLossless } from '../../../lib/velero/lossless.ts'
import { object } from './actions/items.ts'

/** What RFC 7386 says that a receiver does. */
function applied(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch
  const result = new Map(Object.entries(isObject(target) ? target : {}))
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) result.delete(key)
    else result.set(key, applied(result.get(key), value))
  }
  return Object.fromEntries(result)
}

/** Objects without null: a merge patch has no way to set one. */
const { value } = fc.letrec<{ value: unknown }>(tie => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(0, 1, 'a', '', true),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', '__proto__', 'constructor'), tie('value'), { maxKeys: 4 }),
  ),
}))
const objects = fc.dictionary(fc.constantFrom('a', 'b', 'c', '__proto__'), value) as fc.Arbitrary<JsonObject>

describe('a merge patch', () => {
  test('turns one object into the other, and is absent only where they are the same', () => {
    fc.assert(
      fc.property(objects, objects, (from, to) => {
        const patch = mergePatch(from, to)
        const result = patch === undefined ? from : applied(from, patch)
        expect(stringifyLossless(sorted(result))).toEqual(stringifyLossless(sorted(to)))
      }),
    )
    fc.assert(fc.property(objects, same => void expect(mergePatch(same, same)).toBeUndefined()))
  })

  test('removes by null, replaces lists, and says nothing of what stays', () => {
    const from = { a: { x: 1, y: 2 }, l: [1, 2], same: { z: [] }, gone: 'g' }
    const to = { a: { x: 1, y: 3, n: {} }, l: [2], same: { z: [] }, absent: null }
    expect(mergePatch(from, to)).toEqual({ a: { y: 3, n: {} }, l: [2], gone: null })
  })

  test('keeps numbers to the digit, and sees when they differ', () => {
    const parse = (text: string) => parseLossless(Buffer.from(text)) as JsonObject
    const patch = mergePatch(parse('{"a":12345678901234567,"b":1}'), parse('{"a":12345678901234568,"b":1.0}'))
    expect(stringifyLossless(patch).toString()).toBe('{"a":12345678901234568}')
  })
})

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, child]) => [key, sorted(child)]),
  )
}

describe('a service account that exists', () => {
  const live = object({
    secrets: [{ name: 'mine' }],
    metadata: { labels: { app: 'live' }, annotations: { a: 'live' }, uid: 'u' },
    automountServiceAccountToken: false,
  })

  test('gets what it lacks of the backed-up one; what it has wins', () => {
    const desired = object({
      secrets: [{ name: 'mine', namespace: 'x' }, { name: 'other' }],
      imagePullSecrets: [{ name: 'regcred' }],
      metadata: {
        labels: { app: 'backup', tier: 'web', 'velero.io/backup-name': 'b', 'velero.io/restore-name': 'r' },
        annotations: { a: 'backup', b: 'backup' },
      },
      automountServiceAccountToken: true,
    })
    expect(mergePatch(live, serviceAccountMerge(live, desired))).toEqual({
      secrets: [{ name: 'mine' }, { name: 'other' }],
      imagePullSecrets: [{ name: 'regcred' }],
      metadata: { labels: { tier: 'web' }, annotations: { b: 'backup' } },
    })
  })

  test('that lacks nothing is left as it is', () => {
    const desired = object({
      metadata: { labels: { app: 'x', 'velero.io/restore-name': 'r' } },
      secrets: [{ name: 'mine' }],
    })
    expect(mergePatch(live, serviceAccountMerge(live, desired))).toBeUndefined()
  })
})
