import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Places } from '../../../lib/restore/position.ts'

describe('places', () => {
  it('are those that were added and not taken away, in order, each once', () => {
    const step = fc.record({ add: fc.boolean(), member: fc.nat(4), entry: fc.nat(4) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), steps => {
        const places = new Places()
        const known = new Set<string>()
        for (const { add, member, entry } of steps) {
          if (add) places.add(member, entry)
          else places.delete(member, entry)
          if (add) known.add(`${member} ${entry}`)
          else known.delete(`${member} ${entry}`)
        }
        const flat = places.state().flatMap(([member, entries]) => entries.map(entry => `${member} ${entry}`))
        expect(flat).toEqual([...known].sort())
        expect(places.size).toBe(known.size)
        expect(new Places(places.state()).state()).toEqual(places.state())
        for (const member of [0, 1, 2, 3, 4]) expect(places.hasMember(member)).toBe(places.members().includes(member))
      }),
    )
  })

  it('of a member are forgotten together', () => {
    const places = new Places([
      [1, [0, 3]],
      [2, [5]],
    ])
    expect([places.forget(1), places.forget(1), places.size]).toEqual([true, false, 1])
    expect(places.state()).toEqual([[2, [5]]])
  })
})
