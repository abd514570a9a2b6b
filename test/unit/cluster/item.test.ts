import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ListCutter } from '../../../lib/cluster/cut.ts'
import { itemKey, mayHaveLabel, readItem, readLabels } from '../../../lib/cluster/item.ts'
import { type Item, listText } from './lists-of-json.ts'

const read = (value: unknown) => readItem(Buffer.from(JSON.stringify(value)), false)

describe('the head of an item', () => {
  it('says what JSON.parse says, for every item of any list', () => {
    fc.assert(
      fc.property(listText, ({ text }) => {
        const { items } = JSON.parse(text) as { items: Item[] }
        const cut = new ListCutter().push(Buffer.from(text))
        expect(
          cut.map(item => ({
            apiVersion: item.apiVersion,
            kind: item.kind,
            name: item.name,
            namespace: item.namespace,
            deleting: item.deleting,
            labels: readLabels(item),
          })),
        ).toEqual(
          items.map(({ apiVersion, kind, metadata }) => ({
            apiVersion,
            kind,
            name: metadata.name,
            namespace: metadata.namespace ?? '',
            deleting: typeof metadata.deletionTimestamp === 'string',
            labels: metadata.labels ?? {},
          })),
        )
      }),
      { numRuns: 300 },
    )
  })

  it('tells a label that is there from one that is not', () => {
    const item = read({ metadata: { name: 'a', labels: { 'velero.io/x': 'true' } }, data: { y: 'velero.io/z' } })
    expect(mayHaveLabel(item, 'velero.io/x')).toBe(true)
    expect(mayHaveLabel(item, 'velero.io/z')).toBe(false)
    expect(mayHaveLabel(read({ metadata: { name: 'a' } }), 'a')).toBe(false)
  })

  it('has the key of the API server: namespace and name, or the name alone', () => {
    expect(itemKey({ namespace: 'shop', name: 'web' })).toBe('shop/web')
    expect(itemKey({ namespace: '', name: 'node-0' })).toBe('node-0')
  })

  it.each([
    '{"metadata":{"name":"a"',
    '{"metadata" {"name":"a"}}',
    '{"kind":"x',
    '{"kind":"x" "metadata":{}}',
  ])('refuses what is no object: %s', text => {
    expect(() => readItem(Buffer.from(text), false)).toThrow(SyntaxError)
  })
})
