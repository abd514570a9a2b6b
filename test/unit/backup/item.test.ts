import { describe, expect, it } from 'vitest'
import { ClusterRoleBindingIndex } from '../../../lib/backup/actions/index.ts'
import { act, entryPaths, exclusion, itemKind, listedRow } from '../../../lib/backup/item.ts'
import { contentBytes } from '../../../lib/bucket/member.ts'
import { readItem } from '../../../lib/cluster/item.ts'
import type { ApiResource } from '../../../lib/cluster/types.ts'

const resource = (group: string, version: string, name: string, kind: string, namespaced = true): ApiResource => ({
  group,
  version,
  name,
  kind,
  singularName: kind.toLowerCase(),
  namespaced,
  verbs: ['create', 'delete', 'get', 'list'],
  shortNames: [],
})
const pods = itemKind(resource('', 'v1', 'pods', 'Pod'))
const claims = itemKind(resource('', 'v1', 'persistentvolumeclaims', 'PersistentVolumeClaim'))
const sails = itemKind(resource('lateen.test', 'v1', 'sails', 'Sail'))
const definitions = itemKind(
  resource('apiextensions.k8s.io', 'v1', 'customresourcedefinitions', 'CustomResourceDefinition', false),
)
const context = (served: string[] = []) => ({
  backupName: 'b',
  clusterRoleBindings: new ClusterRoleBindingIndex(),
  serves: (groupVersion: string) => served.includes(groupVersion),
})
const raw = (value: object, bare = true) => readItem(Buffer.from(JSON.stringify(value)), bare)
const metadata = { name: 'x', namespace: 'ns' }

describe('an item of a list that leaves apiVersion and kind out', () => {
  it('is stored with them in front', () => {
    const { content } = act(pods, raw({ metadata, spec: {} }), undefined)
    expect(contentBytes(content).toString()).toBe(
      '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"x","namespace":"ns"},"spec":{}}',
    )
  })

  it('has them once, also where an action has changed it', () => {
    const claim = { metadata, spec: { volumeName: 'pv', selector: {} }, status: { phase: 'Bound' } }
    const { content, related } = act(claims, raw(claim), context())
    const text = contentBytes(content).toString()
    expect(text.match(/"kind"/g)?.length).toBe(1)
    expect(JSON.parse(text)).toEqual({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata,
      spec: { volumeName: 'pv' },
      status: { phase: 'Bound' },
    })
    expect(related).toEqual([{ group: '', resource: 'persistentvolumes', name: 'pv' }])
  })

  it('is taken for its version by the actions: an old CRD is read again as v1beta1, where that is served', () => {
    const definition = { metadata: { name: 'sails.lateen.test' }, spec: { preserveUnknownFields: true, versions: [] } }
    for (const given of [
      definition,
      { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', ...definition },
    ]) {
      expect(act(definitions, raw(given), context(['apiextensions.k8s.io/v1beta1'])).refetch).toEqual({
        version: 'v1beta1',
      })
      expect(act(definitions, raw(given), context()).refetch).toBeUndefined()
    }
  })

  it('is in the resource list by what its list is of', () => {
    expect(listedRow(pods, raw({ metadata }))).toBe('v1/Pod\0ns/x')
    expect(listedRow(sails, raw({ apiVersion: 'lateen.test/v1', kind: 'Sail', metadata }, false))).toBe(
      'lateen.test/v1/Sail\0ns/x',
    )
  })
})

describe('where an item lies in an archive', () => {
  it.each([
    [sails, { namespace: 'ns', name: 'x' }, 'resources/sails.lateen.test', 'namespaces/ns/x.json'],
    [
      definitions,
      { namespace: '', name: 'y' },
      'resources/customresourcedefinitions.apiextensions.k8s.io',
      'cluster/y.json',
    ],
  ])('is at the plain path and at that of its version', (kind, item, folder, rest) => {
    expect(entryPaths(kind, item)).toEqual([`${folder}/${rest}`, `${folder}/v1-preferredversion/${rest}`])
  })
})

describe('what keeps an item out', () => {
  const labelled = (labels: object) => raw({ metadata: { ...metadata, labels } })

  it('is the label with the value true, and nothing that only looks like it', () => {
    expect(exclusion(labelled({ 'velero.io/exclude-from-backup': 'true' }))).toContain('has label')
    for (const labels of [{ 'velero.io/exclude-from-backup': 'false' }, { a: 'velero.io/exclude-from-backup' }, {}])
      expect(exclusion(labelled(labels))).toBeUndefined()
    const inText = raw({ metadata, data: { labels: '"velero.io/exclude-from-backup":"true"' } })
    expect(exclusion(inText)).toBeUndefined()
  })

  it('is that it is being deleted', () => {
    expect(exclusion(raw({ metadata: { ...metadata, deletionTimestamp: '2026-11-22T08:00:00Z' } }))).toContain(
      'deleted',
    )
  })
})
