import { describe, expect, it } from 'vitest'
import { InvalidInputError } from '../../../lib/velero/errors.ts'
import { parseResourceModifiers, parseResourceModifiersText } from '../../../lib/velero/resource-modifiers.ts'

const parse = (yaml: string) => parseResourceModifiers({ 'modifiers.yaml': yaml }, 'velero/mods')
const rules = (yaml: string) => parse(`version: v1\nresourceModifierRules:\n${yaml}`).resourceModifierRules

/** The only rule, for pods. */
const rule = (yaml: string) => rules(`- conditions: {groupResource: pods}\n  ${yaml}`)[0]
const conditions = (yaml: string) =>
  rules(`- conditions: {${yaml}}\n  mergePatches: [{patchData: "{}"}]`)[0]?.conditions
const patchOf = (patch: string) => rule(`patches: [${patch}]`)?.patches?.[0]
const typed = (value: string) => patchOf(`{operation: add, path: /a, value: ${value}}`)?.value

function refusal(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (error instanceof InvalidInputError) return error.message
    throw error
  }
  throw new Error('nothing was refused')
}

const PARSING = 'Error in parsing resource modifiers provided in configmap velero/mods: '
const DECODING = `${PARSING}failed to decode yaml data into resource modifiers, err: `
const INVALID = 'Validation error in resource modifiers provided in configmap velero/mods: '

describe('parseResourceModifiers', () => {
  it('reads rules of every kind', () => {
    const [first, second, third] = rules(`
- conditions: {groupResource: pods}
  patches:
  - {operation: replace, path: /spec/replicas, from: "", value: "3"}
  - {operation: Remove, path: /spec/x, value: ignored}
  - {operation: move, from: /a, path: /b}
- conditions: {groupResource: pods}
  mergePatches:
  - patchData: |
      {"spec": {"gone": null, "big": 9007199254740993}}
- conditions: {groupResource: pods}
  strategicPatches:
  - patchData: |
      spec:
        containers: [{name: a, $patch: delete}]
        mode: 0644
  - patchData: "{}"
`)
    expect(first?.patches).toEqual([
      { op: 'replace', path: '/spec/replicas', value: 3 },
      { op: 'remove', path: '/spec/x' },
      { op: 'move', path: '/b', from: '/a' },
    ])
    expect(JSON.stringify(second?.mergePatches)).toBe('[{"spec":{"gone":null,"big":9007199254740993}}]')
    expect(third?.strategicPatches).toEqual([
      { spec: { containers: [{ name: 'a', $patch: 'delete' }], mode: 420 } },
      {},
    ])
    expect(Object.keys(third ?? {})).toEqual(['conditions', 'strategicPatches'])
  })

  it('takes the version in capitals', () => {
    expect(
      parse('version: V1\nresourceModifierRules: [{conditions: {groupResource: a}, mergePatches: [{patchData: "{}"}]}]')
        .version,
    ).toBe('v1')
  })

  it.each([
    ['pods', 'pods', true],
    ['"*"', 'pods', true],
    ['"*"', 'deployments.apps', false],
    ['"*.apps"', 'deployments.apps', true],
    ['"**"', 'deployments.apps', true],
  ])('the kinds %s are for %s: %s', (pattern, resource, holds) => {
    expect(conditions(`groupResource: ${pattern}`)?.groupResource(resource)).toBe(holds)
  })

  it('finds a name by an expression, anywhere in it', () => {
    const name = conditions('groupResource: pods, resourceNameRegex: "(?i)WEB-[0-9]"')?.resourceNameRegex
    expect(['my-web-1', 'web-'].map(text => name?.(text))).toEqual([true, false])
  })

  it('takes names and patterns of namespaces; none means all', () => {
    const namespaces = conditions('groupResource: pods, namespaces: [shop, "a*"]')?.namespaces
    expect(['shop', 'abc', 'b'].map(text => namespaces?.(text))).toEqual([true, true, false])
    expect(Object.keys(conditions('groupResource: pods, namespaces: []') ?? {})).toEqual(['groupResource'])
  })

  it('takes label selectors and matches', () => {
    const read = conditions(
      'groupResource: pods, labelSelector: {matchLabels: {tier: 1}}, matches: [{path: /a, value: "x"}, {path: /b}]',
    )
    expect(read).toMatchObject({
      labelSelector: { matchLabels: { tier: '1' } },
      matches: [
        { op: 'test', path: '/a', value: 'x' },
        { op: 'test', path: '/b', value: '' },
      ],
    })
  })
})

describe('the value of a patch', () => {
  it.each([
    ['"3"', 3],
    ['3', 3],
    ['-1.5e3', -1500],
    ['"true"', true],
    ['True', true],
    ['yes', true],
    ['"null"', null],
    ['null', ''],
    ['""', ''],
    ['nullable', 'nullable'],
    [`'{"a": [1]}'`, { a: [1] }],
    [`'[]'`, []],
    [`'"1"'`, '1'],
    [`'"true"'`, 'true'],
    [`'""'`, ''],
    [`'"'`, ''],
    ['0644', 420],
    [`'007'`, '007'],
    ['"+5"', '+5'],
    ['"NaN"', 'NaN'],
    ['" 3"', ' 3'],
    [`'two\\nlines'`, 'two\nlines'],
    [`'a"b'`, 'a"b'],
    [`'C:\\x'`, 'C:\\x'],
  ])('%s is %j', (written, value) => {
    expect(typed(written)).toEqual(value)
  })

  it('keeps large numbers to the digit', () => {
    expect(JSON.stringify(typed('"9007199254740993"'))).toBe('9007199254740993')
    expect(JSON.stringify(typed(`'{"a":1.0}'`))).toBe('{"a":1.0}')
  })
})

describe('what is wrong with resource modifiers is told before anything is restored', () => {
  it.each([
    [{}, 'illegal resource modifiers velero/mods configmap'],
    [{ a: '', b: '' }, 'illegal resource modifiers velero/mods configmap'],
  ])('a ConfigMap with other than one key: %j', (data, problem) => {
    expect(refusal(() => parseResourceModifiers(data, 'velero/mods'))).toBe(PARSING + problem)
  })

  it.each([
    ['version: v1\nrules: []', 'unknown field "rules"'],
    [
      'resourceModifierRules: [{conditions: {groupResourse: pods}}]',
      'resourceModifierRules[0].conditions: unknown field "groupResourse", did you mean "groupResource"?',
    ],
    [
      'resourceModifierRules: [{mergePatches: [{patchData: {a: b}}]}]',
      'resourceModifierRules[0].mergePatches[0].patchData: expected string, got object',
    ],
    [
      'resourceModifierRules: [{conditions: {labelSelector: {matchExpressions: [{key: a, operator: Is}]}}}]',
      'resourceModifierRules[0].conditions.labelSelector: matchExpressions[0].operator: Invalid value: "Is": not a valid selector operator',
    ],
    ['version: v1\nversion: v1', 'yaml: Map keys must be unique at line 2, column 1'],
    ['- a', 'expected object, got array'],
  ])('text that is not what it should be: %j', (text, problem) => {
    expect(refusal(() => parse(text))).toBe(DECODING + problem)
  })

  it.each([
    ['', 'unsupported resource modifier version '],
    ['version: v2', 'unsupported resource modifier version v2'],
    ['version: v1', 'resource modifier rules cannot be empty'],
    ['version: v1\nresourceModifierRules: [{}]', 'groupkResource cannot be empty'],
  ])("what Velero's validation refuses: %j", (text, problem) => {
    expect(refusal(() => parse(text))).toBe(INVALID + problem)
  })

  it.each([
    [
      'patches: [{operation: remove, path: /a}]\n  mergePatches: [{patchData: "{}"}]',
      'only one of patches, mergePatches, strategicPatches can be specified',
    ],
    ['patches: [{path: /a}]', 'operation cannot be empty'],
    ['patches: [{operation: set, path: /a}]', 'unsupported operation set'],
    ['patches: [{operation: add}]', 'path cannot be empty'],
  ])("what Velero's validation refuses in a rule: %s", (yaml, problem) => {
    expect(refusal(() => rule(yaml))).toBe(INVALID + problem)
  })

  it.each([
    ['patches: []', 'no patch data found'],
    ['patches: [{operation: add, path: spec/x}]', '.patches[0].path: "spec/x" does not begin with /'],
    ['patches: [{operation: copy, path: /x}]', '.patches[0].from: "" does not begin with /'],
    [`patches: [{operation: add, path: /x, value: '{a: 1}'}]`, /^\.patches\[0\]\.value: not JSON: /],
    ['mergePatches: [{}]', '.mergePatches[0].patchData: expected the fields to patch, got ""'],
    [
      'strategicPatches: [{patchData: "[1]"}]',
      '.strategicPatches[0].patchData: expected the fields to patch, got "[1]"',
    ],
    ['mergePatches: [{patchData: "a: ["}]', /^\.mergePatches\[0\]\.patchData: error in converting YAML to JSON yaml: /],
  ])('what Velero finds at each item, with its place: %s', (yaml, problem) => {
    const message = refusal(() => rule(yaml))
      .replace(`${INVALID}resourceModifierRules[0]`, '')
      .replace(/^: /, '')
    if (typeof problem === 'string') expect(message).toBe(problem)
    else expect(message).toMatch(problem)
  })

  it.each([
    ['groupResource: "["', 'groupResource: "[" is not a valid pattern'],
    ['groupResource: pods, namespaces: [a, "b["]', 'namespaces[1]: "b[" is not a valid pattern'],
    [
      'groupResource: pods, resourceNameRegex: "a(?=b)"',
      'resourceNameRegex: error parsing regexp: invalid or unsupported Perl syntax: `(?=`',
    ],
    ['groupResource: pods, matches: [{value: a}]', 'matches[0]: path is required for match rule'],
    ['groupResource: pods, matches: [{path: a}]', 'matches[0].path: "a" does not begin with /'],
  ])('the same in conditions: %s', (yaml, problem) => {
    expect(refusal(() => conditions(yaml))).toBe(`${INVALID}resourceModifierRules[0].conditions.${problem}`)
  })
})

it('parseResourceModifiersText names the file', () => {
  expect(refusal(() => parseResourceModifiersText('version: v2', 'file mods.yaml'))).toBe(
    'Validation error in resource modifiers provided in file mods.yaml: unsupported resource modifier version v2',
  )
})
