import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { groupResource, selectBackup } from '../../../../lib/backup/select/index.ts'
import type { Backup } from '../../../../lib/velero/types.ts'
import { HARBOR_NAMESPACES, harbor } from './cluster.ts'

const GOLDEN = new URL('../../../../../shared/golden/harbor-1.18.1/backups/', import.meta.url)
const missing = existsSync(GOLDEN) ? '' : ' (skipped: no golden data beside the repository)'

function read(backup: string) {
  const folder = new URL(`${backup}/`, GOLDEN)
  const text = (file: string) => gunzipSync(readFileSync(new URL(`${backup}-${file}`, folder))).toString()
  const lines = text('logs.gz').split('\n')
  return {
    spec: (JSON.parse(readFileSync(new URL('velero-backup.json', folder), 'utf8')) as Backup).spec,
    looked: typesOf(lines, 'msg="Getting items for resource"'),
    excluded: typesOf(lines, 'msg="Skipping resource because it\'s excluded"'),
    cohabiting: typesOf(lines, 'msg="Skipping resource because it cohabitates'),
    stored: JSON.parse(text('resource-list.json.gz')) as Record<string, string[]>,
  }
}

function typesOf(lines: string[], message: string): string[] {
  return lines
    .filter(line => line.includes(message))
    .map(line => {
      const [, groupVersion = '', resource] = /group=(\S+).* resource=(\S+)/.exec(line) ?? []
      const [group, version] = groupVersion.split('/')
      return version === undefined ? `${resource}` : `${resource}.${group}`
    })
    .sort()
}

describe.skipIf(missing !== '')(`what real Velero 1.18.1 did${missing}`, () => {
  test.each([
    ['full', 28],
    ['web-label', 29],
  ])('%s: the same types are collected, %i are left out', (name, leftOut) => {
    const velero = read(name)
    const selection = selectBackup(velero.spec, harbor, HARBOR_NAMESPACES)
    const apart = [...velero.excluded, ...velero.cohabiting]
    expect(velero.excluded).toHaveLength(leftOut)
    expect(harbor.resources.filter(selection.collects).map(groupResource).sort()).toEqual(
      velero.looked.filter(type => !apart.includes(type)),
    )
  })

  test.each(['full', 'web-label'])('%s: the same Namespace objects are stored', name => {
    const { spec, stored } = read(name)
    const selection = selectBackup(spec, harbor, HARBOR_NAMESPACES)
    const busy = new Set(
      Object.values(stored)
        .flat()
        .flatMap(item => (item.includes('/') ? [item.split('/')[0]] : [])),
    )
    const kept = HARBOR_NAMESPACES.filter(namespace =>
      selection.storesNamespaceObject(namespace, busy.has(namespace.name)),
    )
    expect(kept.map(namespace => namespace.name)).toEqual(stored['v1/Namespace'] ?? [])
  })

  test('full: the cluster-scoped types in it are those that related items may be of', () => {
    const { spec } = read('full')
    const selection = selectBackup(spec, harbor, HARBOR_NAMESPACES)
    expect(selection.addsCustomResourceDefinitions).toBe(true)
    expect(selection.leftOut).toEqual({ kinds: 28, flag: '--include-cluster-resources=true' })
    expect(selection.findings).toEqual([])
  })

  test('web-label: no CRD is added, nothing is reported as left out', () => {
    const selection = selectBackup(read('web-label').spec, harbor, HARBOR_NAMESPACES)
    expect(selection.addsCustomResourceDefinitions).toBe(false)
    expect(selection.leftOut).toBeUndefined()
    expect(selection.selectors).toEqual([{ matchLabels: { app: 'web' } }])
  })
})
