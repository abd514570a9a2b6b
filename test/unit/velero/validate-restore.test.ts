import { describe, expect, it } from 'vitest'
import { RECREATE_ANNOTATION } from '../../../lib/velero/annotations.ts'
import { defaultRestore } from '../../../lib/velero/defaults-restore.ts'
import { recreateResources } from '../../../lib/velero/recreate.ts'
import { parseRestore } from '../../../lib/velero/schema.ts'
import { validateRestore } from '../../../lib/velero/validate-restore.ts'

const restore = (spec: object, annotations: Record<string, string> = {}) =>
  parseRestore({
    kind: 'Restore',
    apiVersion: 'velero.io/v1',
    metadata: { name: 'r', annotations },
    spec: { backupName: 'b', ...spec },
  })
const init = (...initContainers: object[]) => ({
  hooks: { resources: [{ name: 'h', postHooks: [{ init: { initContainers } }] }] },
})

const RESOURCES = 'Invalid included/excluded resource lists:'
const NAMESPACES = 'Invalid included/excluded namespace lists:'
const LONE = "includes list must either contain '*' only, or a non-empty list of items"
const BOTH = 'excludes list cannot contain an item in the includes list:'
const SOURCE = 'Either a backup or schedule must be specified as a source for the restore, but not both'
const CONTAINER = "invalid InitContainer in restore hook, it doesn't have Command, Name or Image field"
const whole = { name: 'a', image: 'b', command: ['c'] }

const cases: [object, string[]][] = [
  [{}, []],
  [{ backupName: undefined, scheduleName: 's' }, []],
  [{ includedNamespaces: ['*'], includedResources: ['*'], existingResourcePolicy: 'none' }, []],
  [{ includedNamespaces: ['Shop_1', 'a-*'], existingResourcePolicy: 'update' }, []],
  [{ includedResources: ['pods', 'nodes'] }, ['nodes are non-restorable resources', `${RESOURCES} ${BOTH} nodes`]],
  [
    { includedResources: ['restores.velero.io', 'events'] },
    [
      'events are non-restorable resources',
      'restores.velero.io are non-restorable resources',
      `${RESOURCES} ${BOTH} events`,
      `${RESOURCES} ${BOTH} restores.velero.io`,
    ],
  ],
  [{ includedResources: ['*', 'pods'] }, [`${RESOURCES} ${LONE}`]],
  [{ excludedResources: ['*'] }, [`${RESOURCES} excludes list cannot contain '*'`]],
  [{ includedNamespaces: ['b', 'a', '*'] }, [`${NAMESPACES} ${LONE}`]],
  [
    { includedNamespaces: ['b', 'a'], excludedNamespaces: ['a', 'b', '*'] },
    [`${NAMESPACES} excludes list cannot contain '*'`, `${NAMESPACES} ${BOTH} a`, `${NAMESPACES} ${BOTH} b`],
  ],
  [{ includedNamespaces: ['shop-['] }, [`${NAMESPACES} "shop-[" is not a valid pattern`]],
  [
    { labelSelector: {}, orLabelSelectors: [{}] },
    ['encountered labelSelector as well as orLabelSelectors in restore spec, only one can be specified'],
  ],
  [{ scheduleName: 's' }, [SOURCE]],
  [{ backupName: '', existingResourcePolicy: 'replace' }, [SOURCE]],
  [init(whole, { ...whole, command: [] }, { name: 'a' }), [CONTAINER, CONTAINER]],
  [
    init({ ...whole, command: 'sleep 1' }, { ...whole, image: 7 }),
    [
      'json: cannot unmarshal string into Go struct field Container.command of type []string',
      'json: cannot unmarshal number into Go struct field Container.image of type string',
    ],
  ],
  [{ existingResourcePolicy: 'replace' }, ['Invalid ExistingResourcePolicy: replace']],
  [{ existingResourcePolicy: 'Update' }, ['Invalid ExistingResourcePolicy: Update']],
  [
    { ...init({}), existingResourcePolicy: 'x', includedResources: ['nodes'] },
    [
      'nodes are non-restorable resources',
      `${RESOURCES} ${BOTH} nodes`,
      CONTAINER,
      'Invalid ExistingResourcePolicy: x',
    ],
  ],
  [{ namespaceMapping: { a: 'b', b: 'a', c: 'c' } }, []],
  [
    { namespaceMapping: { b: 'x', c: 'y', a: 'x' } },
    ['namespaceMapping: namespaces a and b are both mapped to x; objects of the same name would overwrite each other'],
  ],
  [
    { namespaceMapping: { c: 'x', x: 'x', a: 'x' } },
    [
      'namespaceMapping: namespaces a, c and x are all mapped to x; objects of the same name would overwrite each other',
    ],
  ],
  [{ namespaceMapping: { a: 'b.c' } }, ['namespaceMapping: "b.c" is no name of a namespace: must not contain dots']],
]

describe('validateRestore', () => {
  it.each(cases)('%j', (spec, errors) => {
    expect(validateRestore(restore(spec))).toEqual(errors)
  })

  it.each(cases)('finds the same after the defaults were filled in: %j', (spec, errors) => {
    expect(validateRestore(defaultRestore(restore(spec)))).toEqual(errors)
  })

  it.each([
    { 'prod-*': 'x' },
    { '': 'x' },
    { a: '' },
    { a: 'Upper' },
    { a: 'x'.repeat(64) },
  ])('refuses a mapping with what is no name: %j', namespaceMapping => {
    expect(validateRestore(restore({ namespaceMapping }))).toEqual([
      expect.stringMatching(/^namespaceMapping: ".*" is no name of a namespace: /),
    ])
  })
})

describe('the policy recreate', () => {
  const recreate = (kinds?: string) =>
    restore({ existingResourcePolicy: 'recreate' }, kinds === undefined ? {} : { [RECREATE_ANNOTATION]: kinds })

  it.each([undefined, '', ' , '])('is refused without the kinds that it may delete: %j', kinds => {
    expect(validateRestore(recreate(kinds))).toEqual([
      'Invalid ExistingResourcePolicy: recreate deletes what exists, so the annotation lateen.io/recreate-resources must' +
        ' name the kinds it may delete, such as deployments.apps,jobs.batch',
    ])
  })

  it('takes names, and tells which', () => {
    const given = recreate('jobs.batch, deployments.apps,,jobs.batch')
    expect(validateRestore(given)).toEqual([])
    expect(recreateResources(given)).toEqual(['deployments.apps', 'jobs.batch'])
  })

  it('takes no patterns', () => {
    expect(validateRestore(recreate('jobs.batch,*'))).toEqual([
      'lateen.io/recreate-resources: "*" is not the name of a kind; patterns are not taken',
    ])
  })
})
