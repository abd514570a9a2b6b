import { describe, expect, it } from 'vitest'
import { goJson, goJsonIndented } from '../../../lib/velero/go-json.ts'

describe('goJson', () => {
  it('keeps the order of objects, sorts maps by bytes, leaves undefined out', () => {
    const map = new Map<string, unknown>([
      ['v1/Pod', ['a/b']],
      ['apps/v1/Deployment', []],
    ])
    expect(goJson({ z: 1, a: undefined, m: map, n: null, big: 2n ** 63n })).toBe(
      '{"z":1,"m":{"apps/v1/Deployment":[],"v1/Pod":["a/b"]},"n":null,"big":9223372036854775808}',
    )
  })

  it('escapes what Go escapes for HTML, in keys too, and nothing else', () => {
    expect(goJson({ '<a>': '&\u2028\u2029é\u007f\b' })).toBe(
      String.raw`{"\u003ca\u003e":"\u0026\u2028\u2029é${'\u007f'}\b"}`,
    )
  })

  it('writes no lone half of a surrogate pair', () => {
    expect(goJson('\ud800')).toBe('"\ufffd"')
  })

  it('refuses what JSON has no word for', () => {
    expect(() => goJson({ a: Number.NaN })).toThrow(TypeError)
    expect(() => goJson(() => 1)).toThrow(TypeError)
  })

  it("indents like Go's MarshalIndent, with empty ones on one line", () => {
    expect(goJsonIndented({ a: {}, b: [], c: [1, { d: 'x' }] })).toBe(
      '{\n  "a": {},\n  "b": [],\n  "c": [\n    1,\n    {\n      "d": "x"\n    }\n  ]\n}',
    )
  })
})
