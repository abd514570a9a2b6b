import { beforeEach, describe, expect, it } from 'vitest'
import { LEASE_MS, LeaseHeldError } from '../../../lib/bucket/lease.ts'
import { BACKUPS, BackupExistsError } from '../../../lib/bucket/record-kinds.ts'
import { writeRecord } from '../../../lib/bucket/records.ts'
import { writeOutcome } from '../../../lib/bucket/runs.ts'
import { type Claim, type ClaimOptions, claimRun, PATIENCE_MS } from '../../../lib/jobs/claim.ts'
import { ForeignObjectsError } from '../../../lib/jobs/errors.ts'
import type { Backup } from '../../../lib/velero/types.ts'
import { keys } from '../../helpers/backups.ts'
import { TestClock } from '../../helpers/clock.ts'
import { MemoryStore } from '../../helpers/memory-store.ts'
import { manifest } from '../../helpers/world.ts'

let store: MemoryStore
let clock: TestClock
beforeEach(() => {
  store = new MemoryStore()
  clock = new TestClock()
})

const claim = (backup: Backup, options: Partial<ClaimOptions> = {}): Promise<Claim<Backup>> =>
  claimRun(store, BACKUPS, backup, {
    owner: 'me',
    now: clock.now,
    sleep: clock.sleep,
    typed: false,
    patienceMs: 0,
    onWait: () => {},
    ...options,
  })
const one = manifest('b', {}, 'u1')
const two = manifest('b', {}, 'u2')
const leaseOf = (found: Claim<Backup>) => {
  if (!('lease' in found)) throw new Error('it has ended')
  return found.lease
}
const endedOf = (found: Claim<Backup>) => {
  if (!('ended' in found)) throw new Error('it has not ended')
  return found
}
const outcome = (backup: Backup) => {
  const { uid = '', name } = backup.metadata
  return writeOutcome(store, {
    uid,
    name,
    ended: clock.now().toISOString(),
    record: backup,
    errors: ['e'],
    warnings: [],
  })
}

describe('a request', () => {
  it('gets its lease where nobody had the name', async () => {
    expect(leaseOf(await claim(one)).epoch).toBe(1)
  })

  it('is refused where another has the name, be its run unfinished, or its backup there', async () => {
    await claim(one)
    await expect(claim(two)).rejects.toThrow(BackupExistsError)
    await writeRecord(store, BACKUPS, one)
    await expect(claim(two)).rejects.toThrow(BackupExistsError)
    await outcome(one)
    await expect(claim(two)).rejects.toThrow(BackupExistsError)
  })

  it('is refused where Velero made a backup of this name', async () => {
    await writeRecord(store, BACKUPS, { ...one, metadata: { name: 'b', namespace: 'velero' } })
    await expect(claim(two)).rejects.toThrow(BackupExistsError)
    expect(await keys(store)).toEqual(['backups/b/velero-backup.json'])
  })

  it('that has ended is acknowledged, with its record or its outcome, also when the backup was deleted since', async () => {
    leaseOf(await claim(one))
    await writeRecord(store, BACKUPS, one)
    expect(endedOf(await claim(one))).toMatchObject({ closed: false, ended: { metadata: { uid: 'u1' } } })
    await outcome(one)
    expect(endedOf(await claim(one))).toMatchObject({ closed: true, errors: ['e'] })
    await store.delete(['backups/b/velero-backup.json'])
    expect(endedOf(await claim(one))).toMatchObject({ closed: true })
  })

  it('that failed validation leaves the name to the next, and is still known when that has it', async () => {
    await outcome(one)
    leaseOf(await claim(two))
    await writeRecord(store, BACKUPS, two)
    expect(endedOf(await claim(one)).ended.metadata.uid).toBe('u1')
  })
})

describe('a request whose run is being worked on', () => {
  it('is sent away at once where nobody waits', async () => {
    await claim(one)
    await expect(claim(one)).rejects.toThrow(LeaseHeldError)
  })

  it('takes the run over when the lease has ended', async () => {
    await claim(one)
    clock.advance(LEASE_MS)
    expect(leaseOf(await claim(one)).epoch).toBe(2)
  })

  it('waits for a dead holder as long as its lease runs, and says so once', async () => {
    await claim(one)
    const waits: string[] = []
    const found = await claim(one, { patienceMs: PATIENCE_MS, onWait: error => waits.push(error.message) })
    expect(leaseOf(found).epoch).toBe(2)
    expect(waits.length).toBe(1)
  })

  it('waits in vain for a holder that lives', async () => {
    const lease = leaseOf(await claim(one))
    const sleep = async (ms: number) => {
      clock.advance(ms)
      await lease.renew()
    }
    await expect(claim(one, { patienceMs: PATIENCE_MS, sleep })).rejects.toThrow(LeaseHeldError)
  })

  it('is acknowledged when the holder ends meanwhile', async () => {
    await claim(one)
    const sleep = async () => {
      await writeRecord(store, BACKUPS, one)
      await outcome(one)
    }
    expect(endedOf(await claim(one, { patienceMs: PATIENCE_MS, sleep })).closed).toBe(true)
  })
})

describe('a command that is typed again', () => {
  it('goes on with the unfinished run of the same command', async () => {
    await leaseOf(await claim(one)).release()
    const found = await claim(two, { typed: true })
    expect(leaseOf(found)).toMatchObject({ uid: 'u1', epoch: 2 })
    expect('request' in found && found.request.metadata.uid).toBe('u1')
  })

  it('is refused where it asks for something else', async () => {
    await leaseOf(await claim(one)).release()
    const other = manifest('b', { ttl: '1h0m0s' }, 'u2')
    await expect(claim(other, { typed: true })).rejects.toThrow(BackupExistsError)
  })
})

describe('objects without a record', () => {
  const FOREIGN = 'backups/b/b.tar.gz'

  it('that nobody of us wrote are refused, each time, and left alone', async () => {
    await store.put(FOREIGN, 'of another program')
    for (let i = 0; i < 3; i++) {
      await expect(claim(one)).rejects.toThrow(ForeignObjectsError)
      await expect(claim(two, { typed: true })).rejects.toThrow(ForeignObjectsError)
    }
    expect(await keys(store)).toEqual([FOREIGN])
  })

  it('are refused too where the last run of this name has ended', async () => {
    await leaseOf(await claim(one)).release()
    await outcome(one)
    await store.put(FOREIGN, 'of another program')
    await expect(claim(two)).rejects.toThrow(ForeignObjectsError)
  })

  it('of a run that died are its own', async () => {
    await leaseOf(await claim(one)).release()
    await store.put(FOREIGN, 'ours')
    expect(leaseOf(await claim(one)).epoch).toBe(2)
  })
})
