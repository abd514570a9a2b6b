import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileSeparatedGlob } from '../../../lib/velero/glob-syntax.ts'
import { expandNamespaces, globMatch, hasWildcard } from '../../../lib/velero/globs.ts'

describe('globMatch', () => {
  it.each([
    ['*.apps', 'deployments.apps', true],
    ['*.apps', 'pods', false],
    ['pods', 'pods', true],
    ['pod?', 'pods', true],
    ['pod?', 'pod', false],
    ['[dr]*', 'deployments', true],
    ['[!dr]*', 'deployments', false],
    ['[a-c]x', 'bx', true],
    ['[!a-c]x', 'bx', false],
    ['{pods,*.apps}', 'replicasets.apps', true],
    ['{pods,s[ae]crets}', 'secrets', true],
    ['\\*', '*', true],
    ['a**b', 'ab', true],
    ['x,y}', 'x,y}', true],
    ['v1.*', 'v1x', false],
  ])('%s on %s: %s', (pattern, text, matches) => {
    expect(globMatch(pattern, text)).toBe(matches)
  })

  it.each(['[', '[]', '[b-a]', '[a-]', '{[}'])('the invalid pattern %s matches nothing', pattern => {
    expect(globMatch(pattern, pattern)).toBe(false)
  })

  it('a pattern of braces without end matches nothing', () => {
    expect(globMatch('{'.repeat(100_000), '')).toBe(false)
  })

  it('a pattern with escapes before every character matches exactly its text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (text, other) => {
        const pattern = [...text].map(character => `\\${character}`).join('')
        expect(globMatch(pattern, text)).toBe(true)
        expect(globMatch(pattern, other)).toBe(text === other)
      }),
    )
  })

  it('stars match exactly the texts that have the pieces in order', () => {
    const piece = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 3 })
    fc.assert(
      fc.property(
        fc.array(piece, { minLength: 1, maxLength: 5 }),
        fc.string({ unit: fc.constantFrom('a', 'b') }),
        (pieces, text) => {
          expect(globMatch(pieces.join('*'), text)).toBe(new RegExp(`^${pieces.join('.*')}$`).test(text))
        },
      ),
    )
  })

  it('takes no exponential time on many stars', () => {
    expect(globMatch(`${'*a'.repeat(60)}*b`, 'a'.repeat(253))).toBe(false)
  })
})

describe('expandNamespaces', () => {
  const existing = ['default', 'shop-web', 'shop-db', 'kube-system']

  it('answers existing namespaces once, in byte order', () => {
    expect(expandNamespaces(['shop-*', 'default', 'shop-web'], existing)).toEqual({
      names: ['default', 'shop-db', 'shop-web'],
      unmatched: [],
    })
    expect(expandNamespaces(['*'], existing).names).toEqual(['default', 'kube-system', 'shop-db', 'shop-web'])
  })

  it('tells which names and patterns mean nothing that exists', () => {
    expect(expandNamespaces(['gone', 'old-?', 'default'], existing)).toEqual({
      names: ['default'],
      unmatched: ['gone', 'old-?'],
    })
  })

  it('takes the empty name for no namespace at all, and * in an empty cluster for no complaint', () => {
    expect(expandNamespaces([''], existing)).toEqual({ names: [], unmatched: [] })
    expect(expandNamespaces(['*'], [])).toEqual({ names: [], unmatched: [] })
  })

  it('knows patterns by * ? and [', () => {
    expect(['a*', 'a?', '[a]', 'a.b+c'].map(hasWildcard)).toEqual([true, true, true, false])
  })
})

describe('a glob with a separator', () => {
  it.each([
    ['*', 'pods', true],
    ['*', 'deployments.apps', false],
    ['*.apps', 'deployments.apps', true],
    ['*.apps', 'deployments.extra.apps', false],
    ['**', 'deployments.apps', true],
    ['**.k8s.io', 'ingresses.networking.k8s.io', true],
    ['*.*.k8s.io', 'ingresses.networking.k8s.io', true],
    ['pods?apps', 'pods.apps', false],
    ['pods[.]apps', 'pods.apps', true],
    ['{*.apps,pods}', 'pods', true],
    ['a*b*c', 'aXbXbXc', true],
  ])('%s on %s: %s', (pattern, text, matches) => {
    expect(compileSeparatedGlob(pattern, '.')?.(text)).toBe(matches)
  })

  it('is refused where it is not valid', () => {
    expect(compileSeparatedGlob('[', '.')).toBeUndefined()
  })
})
