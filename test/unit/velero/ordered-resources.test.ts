import { describe, expect, it } from 'vitest'
import { orderedNames, parseOrderedResources } from '../../../lib/velero/ordered-resources.ts'

describe('ordered resources', () => {
  it("reads the flag's form", () => {
    expect(parseOrderedResources('pods=ns1/p1,ns1/p2; persistentvolumes = pv1')).toEqual({
      pods: 'ns1/p1,ns1/p2',
      persistentvolumes: 'pv1',
    })
  })

  it.each([
    ['pods', "invalid OrderedResources 'pods'"],
    ['', "invalid OrderedResources ''"],
    ['pods=a;', "invalid OrderedResources ''"],
    ['pods=a=b', "invalid OrderedResources 'pods=a=b'"],
  ])('refuses %j', (text, message) => {
    expect(() => parseOrderedResources(text)).toThrow(message)
  })

  it('tells namespaced and cluster-scoped names apart, in their order', () => {
    expect(orderedNames('ns2/b,ns1/a')).toEqual([
      { namespace: 'ns2', name: 'b' },
      { namespace: 'ns1', name: 'a' },
    ])
    expect(orderedNames('pv1')).toEqual([{ name: 'pv1' }])
  })
})
