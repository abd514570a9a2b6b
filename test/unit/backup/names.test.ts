import { describe, expect, it } from 'vitest'
import { unsafeName } from '../../../lib/backup/item.ts'
import { messages, readBackupFiles } from '../../helpers/backups.ts'
import { SMALL_SIZES } from '../../helpers/many-objects.ts'
import { manifest, openWorld } from '../../helpers/world.ts'

const role = (name: string) => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: { name },
  rules: [],
})

describe('names of objects', () => {
  it.each(['../x', 'a/b', '.', '..', '', 'a\nb', 'a\0b', 'tab\t', '\x7f'])('may not be %j in an archive', name => {
    expect(unsafeName({ namespace: '', name })).toBe(true)
    if (name !== '') expect(unsafeName({ namespace: name, name: 'x' })).toBe(true)
  })

  it.each(['system:node', 'kube-root-ca.crt', 'a b', 'größe', '船', '...', 'a..b'])('may be %j', name => {
    expect(unsafeName({ namespace: 'ns', name })).toBe(false)
  })

  it('that no archive should hold make one error each, and spoil no other object', async () => {
    await using world = await openWorld()
    const fine = Array.from({ length: 100 }, (_, i) => `role ${i}`)
    world.cluster.seed(['system:größe', 'line\nbreak', '..', ...fine].map(role))
    const spec = { includedResources: ['clusterroles'], includeClusterResources: true }
    const { backup } = await world.backup(manifest('b', spec), {}, { sizes: SMALL_SIZES })
    expect(backup.status).toMatchObject({ phase: 'PartiallyFailed', errors: 2 })
    const { stored, results } = await readBackupFiles(world.store, 'b')
    const names = [...(stored.get('clusterroles.rbac.authorization.k8s.io')?.keys() ?? [])]
    expect(names).toEqual(expect.arrayContaining(['system:größe', ...fine]))
    expect(messages(results, 'errors').every(text => text.includes('its name'))).toBe(true)
  })
})
