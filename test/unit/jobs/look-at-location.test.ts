import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lookAtLocation } from '../../../lib/jobs/look-at-location.ts'
import { StoreError } from '../../../lib/store/types.ts'
import { MemoryStore } from '../../helpers/memory-store.ts'

const location = (bucket = '/nowhere') => ({ name: 'main', spec: { provider: 'file', objectStorage: { bucket } } })
const now = () => new Date('2026-11-22T08:41:05Z')
const patient = () => ({ now, signal: new AbortController().signal })
const holding = async (...keys: string[]) => {
  const store = new MemoryStore()
  for (const key of keys) await store.put(key, '')
  return async () => store
}

describe('a look at a location', () => {
  it('finds one Available that is empty, or has what Velero knows', async () => {
    const available = { phase: 'Available', lastValidationTime: '2026-11-22T08:41:05Z' }
    expect(await lookAtLocation(location(), patient(), await holding())).toEqual(available)
    const open = await holding('backups/a/velero-backup.json', 'metadata/lateen/x')
    expect(await lookAtLocation(location(), patient(), open)).toEqual(available)
  })

  it('finds one Unavailable that has folders which Velero does not know', async () => {
    const open = await holding('backups/a/velero-backup.json', 'clusters/a/b')
    expect(await lookAtLocation(location(), patient(), open)).toEqual({
      phase: 'Unavailable',
      lastValidationTime: '2026-11-22T08:41:05Z',
      message:
        'BackupStorageLocation "main" is unavailable: Backup store contains invalid top-level directories: [clusters]',
    })
  })

  it('finds one Unavailable that turns us away, with the reason and what to do', async () => {
    const refused = () => Promise.reject(new StoreError('access is denied', { code: 'AccessDenied', next: 'Ask.' }))
    expect(await lookAtLocation(location(), patient(), refused)).toMatchObject({
      phase: 'Unavailable',
      message: 'BackupStorageLocation "main" is unavailable: access is denied. Ask.',
    })
  })

  it('finds one Unavailable that does not answer until it is told to wait no longer', async () => {
    const patience = new AbortController()
    const looking = lookAtLocation(location(), { now, signal: patience.signal }, () => new Promise(() => {}))
    patience.abort()
    expect((await looking).message).toBe('BackupStorageLocation "main" is unavailable: it does not answer')
  })

  describe('in a folder', () => {
    let folder: string
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'lateen-look-'))
    })
    afterEach(() => rm(folder, { recursive: true }))

    it('finds one that is there, and misses one that is not', async () => {
      expect(await lookAtLocation(location(folder), patient())).toMatchObject({ phase: 'Available' })
      expect(await lookAtLocation(location(join(folder, 'gone')), patient())).toMatchObject({
        phase: 'Unavailable',
        message: expect.stringContaining('gone'),
      })
    })
  })
})
