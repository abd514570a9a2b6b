import { describe, expect, it } from 'vitest'
import { Shape } from '../../../bench/shape/shape.ts'

const keysOf = (shape: Shape, resource: string) => {
  const kind = shape.kinds.find(each => each.kind.resource === resource)
  return Array.from({ length: kind?.count ?? 0 }, (_, i) => {
    const { namespace, name } = kind?.object(i).metadata ?? { name: '' }
    return `${namespace}/${name}`
  })
}

describe('a cluster as benchmarks describe it', () => {
  it.each([0, 1, 999, 1_000, 25_000])('has as many objects as were asked for: %i', items => {
    expect(new Shape(items).items).toBe(items)
  })

  it('has the objects of a kind in the order of their keys, none twice, each found by its name', () => {
    const shape = new Shape(5_000, { large: true })
    for (const each of shape.kinds) {
      const keys = keysOf(shape, each.kind.resource)
      expect(keys).toEqual([...new Set(keys)].sort())
      for (const [i, key] of keys.entries()) expect(each.find(...(key.split('/') as [string, string]))).toBe(i)
    }
    expect(shape.kinds[0]?.find('team-0000', 'configmap-9999999')).toBeUndefined()
  })

  it('has namespaces of uneven size, which together hold all objects', () => {
    const shape = new Shape(40_000)
    const sizes = shape.namespaces.map(name =>
      shape.kinds.reduce((sum, kind) => sum + kind.range(name)[1] - kind.range(name)[0], 0),
    )
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(40_000)
    expect(Math.max(...sizes)).toBeGreaterThan(20 * Math.min(...sizes))
  })

  it('comes by server-side apply by a third, events aside', () => {
    const applied = new Shape(10_000).kinds.flatMap(kind =>
      Array.from({ length: kind.count }, (_, i) => kind.applied(i)),
    )
    expect(applied.filter(Boolean).length / 8_900).toBeCloseTo(1 / 3, 2)
  })

  it('has a namespace of 500 Secrets of 1 MiB where that is asked for', () => {
    const shape = new Shape(100, { large: true })
    const secrets = shape.kinds.find(each => each.kind.resource === 'secrets')
    const [from, to] = secrets?.range('vault') ?? [0, 0]
    expect(to - from).toBe(500)
    expect(JSON.stringify(secrets?.object(from)).length).toBeGreaterThan(1_000_000)
    expect(JSON.stringify(secrets?.object(to - 1)).length).toBeLessThanOrEqual(1 << 20)
  })
})
