import { describe, expect, it } from 'vitest'
import { goYaml } from '../../../../lib/cli/output/go-yaml.ts'

describe('YAML, as Go writes it', () => {
  it.each([
    [{ b: 1, a: { d: [1, { y: 'x' }], c: [] } }, 'a:\n  c: []\n  d:\n  - 1\n  - "y": x\nb: 1\n'],
    [{ a: 'true' }, 'a: "true"\n'],
    [{ a: 'y' }, 'a: "y"\n'],
    [{ a: '1.5' }, 'a: "1.5"\n'],
    [{ a: '' }, 'a: ""\n'],
    [{ a: 'null' }, 'a: "null"\n'],
    [{ a: '2026-11-22T08:41:26Z' }, 'a: "2026-11-22T08:41:26Z"\n'],
    [{ a: '*' }, "a: '*'\n"],
    [{ a: 'a: b' }, "a: 'a: b'\n"],
    [{ a: 'velero.io/x' }, 'a: velero.io/x\n'],
    [{ a: null, b: {}, c: false }, 'a: null\nb: {}\nc: false\n'],
    [{ a: 'one\ntwo\n' }, 'a: |\n  one\n  two\n'],
  ])('of %j', (value, text) => {
    expect(goYaml(value)).toBe(text)
  })
})
