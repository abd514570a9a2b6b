import { describe, expect, it } from 'vitest'
import { findRelated } from '../../../lib/restore/related.ts'
import { selectionOf } from '../../../lib/restore/selection.ts'
import { VolumeRecords } from '../../../lib/restore/volume-records.ts'
import type { RestoreSpec } from '../../../lib/velero/types-restore.ts'
import { podWithVolume } from '../../helpers/many-objects.ts'
import type { Seed } from '../../helpers/world.ts'
import { sourceOf } from './source.ts'

const objects = ['db-0', 'db-1'].flatMap(name => podWithVolume('shop', name))
const of = (kind: string, all: readonly Seed[] = objects) => all.filter(object => object.kind === kind)
const sourceWith = (all: readonly Seed[]) =>
  sourceOf(of('Pod', all), of('PersistentVolumeClaim', all), of('PersistentVolume', all))

async function related(spec: RestoreSpec, source = sourceWith(objects), records = new VolumeRecords()) {
  const selection = selectionOf(spec, { included: [], excluded: spec.excludedResources ?? [] })
  const { wanted, volumes } = await findRelated(source, selection, records, () => true)
  return {
    wanted: Object.fromEntries([...wanted].map(([kind, names]) => [kind, [...names]])),
    volumes: Object.fromEntries(volumes),
  }
}

const only = (app: string): RestoreSpec => ({ labelSelector: { matchLabels: { app } } })
const CLASSES = 'priorityclasses.scheduling.k8s.io'

describe('what others need', () => {
  it('is not looked for where everything is chosen', async () => {
    expect((await related({})).wanted).toEqual({})
  })

  it('is a pod’s claims and priority class, and the volume of a bound claim', async () => {
    expect((await related(only('db-1'))).wanted).toEqual({
      [CLASSES]: ['urgent'],
      persistentvolumeclaims: ['shop/data-db-1'],
      persistentvolumes: ['pv-db-1'],
    })
  })

  it('of a claim that is not bound is nothing', async () => {
    const unbound = objects.map(object =>
      object.kind === 'PersistentVolumeClaim' ? { ...object, status: {} } : object,
    )
    expect((await related(only('db-1'), sourceWith(unbound))).wanted.persistentvolumes).toBeUndefined()
  })

  it.each([['Succeeded'], ['Failed'], [5]])('of a pod that is not restored (%j) is nothing', async phase => {
    const done = objects.map(object =>
      object.kind === 'Pod' ? { ...object, metadata: object.metadata, status: { phase } } : object,
    )
    const pods = sourceOf(of('Pod', done))
    expect((await related(only('db-1'), pods)).wanted).toEqual({})
  })

  it('is not what is excluded, nor what is scoped to the cluster where nothing of that is wanted', async () => {
    const spec = { ...only('db-0'), excludedResources: ['persistentvolumeclaims'] }
    expect((await related(spec)).wanted).toEqual({ [CLASSES]: ['urgent'] })
    expect((await related({ ...only('db-0'), includeClusterResources: false })).wanted).toEqual({
      persistentvolumeclaims: ['shop/data-db-0'],
    })
  })

  it('can’t be known of what is damaged, which is told when its turn comes', async () => {
    expect(await related(only('db-1'), sourceOf('pods'))).toEqual({ wanted: {}, volumes: {} })
  })
})

describe('volumes', () => {
  it('are decided on for all that are restored, and for no others', async () => {
    expect((await related({})).volumes).toEqual({ 'pv-db-0': 'restore', 'pv-db-1': 'restore' })
    expect((await related(only('db-1'))).volumes).toEqual({ 'pv-db-1': 'restore' })
  })

  it('get new ones in their place by what the backup knows of their contents', async () => {
    const records = new VolumeRecords()
    const claim = { namespace: 'shop', name: 'data-db-0' }
    records.add({ method: 'PodVolumeBackup', volume: '', claim, snapshot: 's', reader: 'kopia' })
    expect((await related({}, sourceWith(objects), records)).volumes).toEqual({
      'pv-db-0': 'provision',
      'pv-db-1': 'restore',
    })
  })
})
