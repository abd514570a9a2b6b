import { describe, expect, it } from 'vitest'
import {
  validateIncludesExcludes,
  validateNamespaceIncludesExcludes,
  validateScopedIncludesExcludes,
} from '../../../lib/velero/includes-excludes.ts'

const LONE = "list must either contain '*' only, or a non-empty list of items"

describe("lists are judged in Velero's words", () => {
  it.each([
    [undefined, undefined, []],
    [['*'], ['pods'], []],
    [['*', 'pods'], [], [`includes ${LONE}`]],
    [[], ['*'], ["excludes list cannot contain '*'"]],
    [
      ['b', 'a'],
      ['b', 'a', 'a'],
      [
        'excludes list cannot contain an item in the includes list: a',
        'excludes list cannot contain an item in the includes list: b',
      ],
    ],
  ])('resources: include %j, exclude %j', (includes, excludes, errors) => {
    expect(validateIncludesExcludes(includes, excludes)).toEqual(errors)
  })

  it.each([
    [[], ['*'], []],
    [[], ['*', 'pods'], [`excludes ${LONE}`]],
    [['pods'], ['*'], ["when exclude is '*', include cannot have value"]],
    [['*', 'pods'], [], [`includes ${LONE}`]],
  ])('resources of one scope: include %j, exclude %j', (includes, excludes, errors) => {
    expect(validateScopedIncludesExcludes(includes, excludes)).toEqual(errors)
  })

  it.each([
    ['', []],
    ['*', []],
    ['app-*', []],
    ['app-[ab]?', []],
    ['a{b}', ['wildcard pattern contains unsupported characters: |, (, ), !, {, }, ,']],
    ['a**', ['wildcard pattern contains consecutive asterisks (only single * allowed)']],
    ['a[]', ["wildcard pattern contains empty bracket pattern '[]'"]],
    ['a[b', ["wildcard pattern contains unclosed bracket '['"]],
    ['a]b', ["wildcard pattern contains unmatched closing bracket ']'"]],
    [
      'Shop',
      [
        `invalid namespace "Shop": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')`,
      ],
    ],
    ['a.b', ['invalid namespace "a.b": must not contain dots']],
  ])('the namespace %j', (namespace, errors) => {
    expect(validateNamespaceIncludesExcludes([namespace], [])).toEqual(errors)
    expect(validateNamespaceIncludesExcludes([], [namespace === '*' ? 'a' : namespace])).toEqual(errors)
  })
})
