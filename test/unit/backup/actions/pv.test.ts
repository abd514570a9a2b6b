import { describe, expect, test } from 'vitest'
import { pv } from '../../../../lib/backup/actions/pv.ts'
import { context, item, resource } from './items.ts'

const claims = resource('persistentvolumeclaims')

function claim(spec: object, metadata: object = {}, phase = 'Bound') {
  return item(claims, 'data', {
    metadata: { name: 'data', ...metadata },
    spec: { volumeName: 'vol', ...spec },
    status: { phase },
  })
}

function stored(of: ReturnType<typeof claim>) {
  const { json } = pv.run(of, context())
  return json === undefined ? 'unchanged' : JSON.parse(json.toString())
}

describe('a bound claim', () => {
  test('brings its volume along', () => {
    expect(pv.run(claim({}), context()).related).toEqual([{ group: '', resource: 'persistentvolumes', name: 'vol' }])
  })

  test('stays as it is where nothing is superfluous', () => {
    expect(stored(claim({ storageClassName: 'fast' }, { labels: { app: 'x' } }))).toBe('unchanged')
  })

  test('loses its data source, so that a restored one is not filled from it', () => {
    const source = { kind: 'VolumeSnapshot', name: 'old' }
    expect(stored(claim({ dataSource: source, dataSourceRef: source })).spec).toEqual({ volumeName: 'vol' })
  })

  test('loses its selector, so that a restored one can be provisioned', () => {
    expect(stored(claim({ selector: { matchLabels: { a: 'b' } } })).spec).toEqual({ volumeName: 'vol' })
    expect(stored(claim({ storageClassName: 'fast', selector: {} })).spec).toEqual({
      volumeName: 'vol',
      storageClassName: 'fast',
    })
  })

  test('keeps its selector with the empty storage class, but for what Velero put there', () => {
    const spec = (matchLabels: object) => ({ storageClassName: '', selector: { matchLabels } })
    expect(stored(claim(spec({ a: 'b' })))).toBe('unchanged')
    expect(stored(claim(spec({ a: 'b', 'velero.io/dynamic-pv-restore': 'x' }))).spec.selector).toEqual({
      matchLabels: { a: 'b' },
    })
    expect(stored(claim(spec({ 'velero.io/dynamic-pv-restore': 'x' }))).spec.selector).toEqual({})
  })

  test('loses labels of earlier restores and backups, not the one of this backup', () => {
    const labels = {
      app: 'x',
      'velero.io/restore-name': 'r',
      'velero.io/volume-snapshot-name': 's',
      'backup.velero.io/must-include-additional-items': 'true',
    }
    const kept = (name: string) =>
      stored(claim({}, { labels: { ...labels, 'velero.io/backup-name': name } })).metadata.labels
    expect(kept('weekly')).toEqual({ app: 'x' })
    expect(kept('nightly')).toEqual({ app: 'x', 'velero.io/backup-name': 'nightly' })
  })

  test('has no labels at all where none is left', () => {
    expect(stored(claim({}, { labels: { 'velero.io/restore-name': 'r' } })).metadata).toEqual({ name: 'data' })
  })

  test('keeps all else to the digit and in its order', () => {
    const text =
      '{"spec":{"volumeName":"vol","x":9007199254740993.0,"dataSource":{"a":1},"y":-0},"status":{"phase":"Bound"}}'
    expect(pv.run(item(claims, 'data', text), context()).json?.toString()).toBe(
      '{"spec":{"volumeName":"vol","x":9007199254740993.0,"y":-0},"status":{"phase":"Bound"}}',
    )
  })

  test('is not changed in place', () => {
    const source = claim({ dataSource: {} })
    const before = source.json.toString()
    pv.run(source, context())
    expect(source.json.toString()).toBe(before)
    expect(source.object()).toEqual(JSON.parse(before))
  })
})

test.each([
  ['is pending', claim({ dataSource: {} }, {}, 'Pending')],
  ['names no volume', claim({ volumeName: undefined, dataSource: {} })],
])('a claim that %s is left alone', (_, source) => {
  expect(pv.run(source, context())).toEqual({ related: [], findings: [] })
})
