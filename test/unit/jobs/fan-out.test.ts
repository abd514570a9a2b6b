import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadConfig } from '../../../lib/config/load.ts'
import { readBackupRecord } from '../../../lib/velero/schema.ts'
import type { Backup } from '../../../lib/velero/types.ts'
import { keys, readBackupFiles, readKey } from '../../helpers/backups.ts'
import { Fleet } from '../../helpers/fleet.ts'
import { withFile } from '../config/sources.ts'

const names = Array.from({ length: 200 }, (_, i) => `c-${String(i).padStart(3, '0')}`)
const refusing = names.slice(10, 15)
const silent = names.slice(15, 20)
const dead = [...refusing, ...silent]
const live = names.filter(name => !dead.includes(name))
/** Have a second schedule that is due at the same time. */
const busy = names.slice(0, 20)
const wide = 'c-001'

const list = (items: readonly string[], line: (item: string) => string) =>
  items.map(item => `  - ${line(item)}\n`).join('')
const template = 'template: { includedNamespaces: [shop], includedResources: [configmaps, secrets] }'
const file = `
clusters:
${list(names, name => `{ name: ${name}, location: at-${name}${name === wide ? ', concurrentBackups: 2' : ''} }`)}
locations:
${list(names, name => `{ name: at-${name}, provider: aws, objectStorage: { bucket: b, prefix: ${name} } }`)}
schedules:
  - { name: nightly, schedule: '0 3 * * *', ${template} }
  - { name: busy, schedule: '0 3 * * *', clusters: [${busy.join(', ')}], ${template} }
`
const [nightly, second] = ['nightly-20261122030000', 'busy-20261122030000']

describe('one schedule for 200 clusters, of which 10 are dead, and another that is due at once for 20 of them', () => {
  let fleet: Fleet
  const recordOf = async (cluster: string, name: string): Promise<Backup> =>
    readBackupRecord((await readKey(store(cluster), `backups/${name}/velero-backup.json`)).toString())
  const store = (cluster: string) => {
    const found = fleet.stores.get(`at-${cluster}`)
    if (found === undefined) throw new Error(cluster)
    return found
  }

  beforeAll(async () => {
    const config = await loadConfig(withFile(file))
    fleet = await Fleet.open({ config, refusing, silent, start: '2026-11-22T02:59:00Z', atOnce: 20 })
    fleet.hurried.add(`c-000/${nightly}`).add(`c-100/${nightly}`)
    fleet.dying.add(`c-002/${nightly}`).add(`c-101/${nightly}`)
    await fleet.tick() // makes the schedules
    fleet.clock.advanceTo(Date.parse('2026-11-22T03:00:10Z'))
    await Promise.all([fleet.tick(), fleet.tick()]) // as two timers that overlap
    await fleet.work()
  }, 120_000)
  afterAll(() => fleet[Symbol.asyncDispose]())

  it('makes every backup of every live cluster, of its own objects', async () => {
    for (const cluster of live) {
      const due = busy.includes(cluster) ? [second, nightly] : [nightly]
      expect((await keys(store(cluster), 'backups/')).filter(key => key.endsWith('velero-backup.json'))).toEqual(
        due.map(name => `backups/${name}/velero-backup.json`),
      )
      for (const name of due) {
        const { record, stored } = await readBackupFiles(store(cluster), name)
        expect(record.status?.phase).toBe('Completed')
        expect(record.metadata.annotations?.['lateen.io/cluster']).toBe(cluster)
        const which = stored.get('configmaps')?.get('shop/which')?.toString() ?? '{}'
        expect(JSON.parse(which).data).toEqual({ cluster })
      }
    }
  })

  it('makes none of them twice, whatever comes twice, dies or goes on later', () => {
    const finished = fleet.logged.filter(({ fields }) => fields.how === 'finished').map(({ fields }) => fields.uid)
    expect(finished.length).toBe(220)
    expect(new Set(finished).size).toBe(220)
    expect(fleet.counted.get('Continued')).toBe(2)
    expect([fleet.hurried, fleet.dying]).toEqual([new Set(), new Set()])
  })

  it('is held up by no dead cluster', async () => {
    for (const cluster of live.filter(name => !busy.includes(name) && name !== 'c-101')) {
      const ended = (await recordOf(cluster, nightly)).status?.completionTimestamp
      expect(ended).toBe('2026-11-22T03:00:10Z')
    }
  })

  it('tells of each dead cluster at every try, and in the end by a Failed record with the reason', async () => {
    for (const cluster of dead)
      for (const name of [nightly, second].filter(() => busy.includes(cluster))) {
        const tries = fleet.logged.filter(
          ({ level, fields }) => level === 'error' && fields.cluster === cluster && fields.name === name,
        )
        expect(tries.length).toBeGreaterThanOrEqual(7)
        for (const { fields } of tries) expect(fields.error).toMatch(/cannot reach the API server/)
        const { status } = await recordOf(cluster, name)
        expect(status?.phase).toBe('Failed')
        expect(status?.failureReason).toMatch(/cannot reach the API server/)
      }
    const failed = fleet.logged.filter(({ fields }) => fields.how === 'finished' && fields.phase === 'Failed')
    expect(failed.length).toBe(20)
  })

  it('leaves nothing in the dead-letter queue', () => {
    expect([fleet.queue.buried, fleet.queue.givenUp]).toEqual([[], []])
  })

  it('never works on a cluster more often at once than it allows, nor on more than may be in all', () => {
    expect(fleet.queue.most).toBe(20)
    for (const cluster of names) expect(fleet.most.get(cluster)).toBe(cluster === wide ? 2 : 1)
  })

  it('lets a backup that has begun go on before one that waits', () => {
    const of = fleet.begun.filter(what => what.startsWith('c-000/')).map(what => what.slice('c-000/'.length))
    const first = of.indexOf(nightly)
    expect(of.slice(first, first + 2)).toEqual([nightly, nightly])
  })
})
