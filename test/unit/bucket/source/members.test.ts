import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type BackupSource,
  DamagedMemberError,
  mayHoldKey,
  mayHoldNamespace,
  readMembers,
  type SourceMember,
} from '../../../../lib/bucket/archive-source.ts'
import { byBytes } from '../../../../lib/velero/byte-order.ts'

const member = (first?: string, last?: string): SourceMember => ({
  resource: 'pods',
  version: '',
  items: 1,
  ...(first !== undefined && last !== undefined && { first, last }),
})

describe('a member', () => {
  it('may hold whatever it holds', () => {
    const name = fc.stringMatching(/^[a-z0-9.-]{1,4}$/)
    const key = fc.tuple(name, fc.oneof(name, fc.string({ unit: 'grapheme', minLength: 1 }))).map(all => all.join('/'))
    fc.assert(
      fc.property(fc.array(key, { minLength: 1 }), keys => {
        const sorted = keys.toSorted(byBytes)
        const made = member(sorted[0], sorted.at(-1))
        for (const key of keys) {
          expect(mayHoldKey(made, key)).toBe(true)
          expect(mayHoldNamespace(made, key.split('/')[0] as string)).toBe(true)
        }
      }),
    )
  })

  it('holds nothing of namespaces before and behind it', () => {
    const made = member('shop/a', 'shop/z')
    for (const namespace of ['a', 'shop-a', 'shop.a', 'sho', 'shop0', 'shopa', 'z'])
      expect(mayHoldNamespace(made, namespace)).toBe(false)
    expect(mayHoldNamespace(made, 'shop')).toBe(true)
    expect(mayHoldKey(made, 'shop/zz')).toBe(false)
    expect(mayHoldKey(made, 'shop/A')).toBe(false)
    expect(mayHoldKey(made, 'shop/q')).toBe(true)
  })

  it('may hold anything where its borders are not known', () => {
    expect(mayHoldNamespace(member(), 'shop')).toBe(true)
    expect(mayHoldKey(member(), 'shop/a')).toBe(true)
  })
})

describe('members that are read one after the other', () => {
  const members = Array.from({ length: 6 }, (_, i) => member(`k${i}`, `k${i}`))
  const sourceOf = (read: BackupSource['read']): BackupSource => ({
    members,
    findings: [],
    read,
  })

  it('come in the order asked for, two of them ahead', async () => {
    const asked: SourceMember[] = []
    const source = sourceOf(async one => {
      asked.push(one)
      return []
    })
    const wanted = [5, 1, 3, 0, 2].map(at => members[at] as SourceMember)
    let got = 0
    for await (const read of readMembers(source, wanted)) {
      expect(read.member).toBe(wanted[got++])
      expect(asked).toEqual(wanted.slice(0, got + 2))
    }
    expect(got).toBe(5)
  })

  it('go on behind a damaged one, and end with any other failure', async () => {
    const source = sourceOf(async one => {
      if (one === members[1]) throw new DamagedMemberError(one, 'torn')
      if (one === members[3]) throw new Error('the store is gone')
      return []
    })
    const seen: unknown[] = []
    const reading = (async () => {
      for await (const { damage } of readMembers(source, members)) seen.push(damage?.name)
    })()
    await expect(reading).rejects.toThrow('the store is gone')
    expect(seen).toEqual([undefined, 'DamagedMemberError', undefined])
  })

  it('leave no failure unhandled when their reader stops early', async () => {
    const source = sourceOf(async one => {
      if (one === members[0]) return []
      throw new Error('the store is gone')
    })
    for await (const _ of readMembers(source, members)) break
    await new Promise(resolve => setImmediate(resolve))
  })
})
