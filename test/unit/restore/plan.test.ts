import { describe, expect, it } from 'vitest'
import { discoveryFrom } from '../../../lib/cluster/discovery.ts'
import type { ApiResource } from '../../../lib/cluster/types.ts'
import type { Definition } from '../../../lib/restore/definitions.ts'
import { TargetKinds } from '../../../lib/restore/kinds.ts'
import { mayHoldChosen, planMembers, storedKinds, unservedKind } from '../../../lib/restore/plan.ts'
import { selectionOf } from '../../../lib/restore/selection.ts'
import type { RestoreSpec } from '../../../lib/velero/types-restore.ts'
import { configMap, namespace, type Seed } from '../../helpers/world.ts'
import { sourceOf } from './source.ts'

const select = (spec: RestoreSpec) =>
  selectionOf(spec, { included: spec.includedResources ?? [], excluded: spec.excludedResources ?? [] })
const none = { wanted: new Map(), volumes: new Map() }
const secret = (place: string): Seed => ({ ...configMap(place), kind: 'Secret' })
const WAVES = [['namespaces'], ['secrets'], ['configmaps']].map(resources => ({ title: '', resources }))

describe('a plan', () => {
  const source = sourceOf(
    [configMap('a/1'), configMap('a/2')],
    [configMap('b/1'), configMap('d/1')],
    [namespace('a'), namespace('b')],
    [secret('a/1')],
  )
  const planned = (spec: RestoreSpec, related = none) => {
    const { members } = planMembers(source, select(spec), related, WAVES, {})
    return members.map(({ member, wave }) => `${wave} ${member.resource} ${member.first}`)
  }

  it('has members by wave, within a kind in the archive’s order', () => {
    expect(planned({})).toEqual(['0 namespaces a', '1 secrets a/1', '2 configmaps a/1', '2 configmaps b/1'])
  })

  it('leaves out what can’t hold anything that is chosen', () => {
    expect(planned({ includedNamespaces: ['a'] })).toEqual(['0 namespaces a', '1 secrets a/1', '2 configmaps a/1'])
    // Between b and d there may be a c.
    expect(planned({ includedNamespaces: ['c'] })).toEqual(['0 namespaces a', '2 configmaps b/1'])
    expect(planned({ includedNamespaces: ['e'] })).toEqual(['0 namespaces a'])
    expect(planned({ excludedResources: ['configmaps'] })).toEqual(['0 namespaces a', '1 secrets a/1'])
    expect(planned({ includedNamespaces: ['c*'] })).toContain('2 configmaps b/1')
  })

  it('has what others need, though nobody chose it', () => {
    const related = { ...none, wanted: new Map([['secrets', new Set(['a/1'])]]) }
    expect(planned({ includedResources: ['configmaps'], includedNamespaces: ['d'] }, related)).toEqual([
      '0 namespaces a',
      '1 secrets a/1',
      '2 configmaps b/1',
    ])
  })

  it('takes members without known borders for ones that may hold anything', () => {
    const member = { resource: 'configmaps', version: '', items: 1 }
    expect(mayHoldChosen(member, select({ includedNamespaces: ['x'] }))).toBe(true)
    expect(mayHoldChosen(member, select({ excludedResources: ['configmaps'] }))).toBe(false)
  })
})

describe('kinds of a backup', () => {
  const api = (path: string): ApiResource => {
    const [name = '', version = '', group = ''] = path.split('/').reverse()
    return { group, version, name, kind: name, singularName: '', namespaced: true, verbs: [], shortNames: [] }
  }
  const serving = (...paths: string[]) => {
    const served = paths.map(api)
    return new TargetKinds(discoveryFrom({ resources: served, served, dead: [] }))
  }
  const stored = { resource: 'hulls.x.io', version: '', apiVersion: 'x.io/v1beta1' }
  const none = { served: [], sameInAllVersions: false }

  it('are known by their first readable object', async () => {
    const broken = { ...configMap('a/0'), apiVersion: '' }
    const source = sourceOf('secrets', [broken, configMap('a/1')], [configMap('a/2')])
    expect(await storedKinds(source, source.members)).toEqual([
      { resource: 'configmaps', version: '', apiVersion: 'v1' },
    ])
  })

  it.each([
    ['served as they are', serving('x.io/v1beta1/hulls'), undefined, undefined, 'served'],
    ['brought along', serving(), { served: ['x.io/v1beta1'], sameInAllVersions: false }, undefined, 'served'],
    [
      'the same by the cluster',
      serving('x.io/v1/hulls'),
      undefined,
      { ...none, sameInAllVersions: true },
      'same in all versions',
    ],
    ['the same by the backup', serving(), { ...none, sameInAllVersions: true }, undefined, 'same in all versions'],
  ] as [
    string,
    TargetKinds,
    Definition | undefined,
    Definition | undefined,
    string,
  ][])('that are %s can be restored', (_, kinds, definition, live, expected) => {
    expect(unservedKind(stored, kinds, definition, live)).toBe(expected)
  })

  it('that are neither can’t, and it is told what to do', () => {
    const missing = unservedKind(stored, serving(), undefined, undefined)
    expect(missing).toMatchObject({
      resource: 'hulls.x.io',
      message: expect.stringContaining('install what provides it'),
    })
    const other = unservedKind(stored, serving('x.io/v1/hulls', 'x.io/v2/hulls'), undefined, none)
    expect(other).toMatchObject({ message: expect.stringContaining('serves hulls.x.io as v1, v2 only') })
    // A definition that is there stays as it is, whatever the backup's says.
    const theirs = { served: ['x.io/v1beta1'], sameInAllVersions: true }
    expect(unservedKind(stored, serving('x.io/v1/hulls'), theirs, none)).toMatchObject({ resource: 'hulls.x.io' })
  })
})
