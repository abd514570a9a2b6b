import { describe, expect, it } from 'vitest'
import type { Jobs } from '../../../lib/cli/jobs.ts'
import { ClockSkewError } from '../../../lib/jobs/errors.ts'
import type { GcResult } from '../../../lib/jobs/gc-types.ts'
import { lateen } from './harness.ts'

const result = (more: Partial<GcResult> = {}): GcResult => ({
  how: 'finished',
  version: 1,
  location: 'default',
  started: '2026-11-22T08:41:26.000Z',
  ended: '2026-11-22T08:41:27.000Z',
  decisions: [],
  schedules: [],
  kept: 0,
  deleted: [],
  locked: [],
  runs: [],
  unsent: 0,
  foreign: [],
  problems: [],
  ...more,
})

const decisions = [
  { name: 'new', keep: true, reasons: ['it expires at 2026-12-22T00:00:00.000Z'] },
  { name: 'old', keep: false, reasons: ['it expired at 2026-11-20T00:00:00.000Z'] },
  { name: 'used', keep: true, reasons: ['keep-last=2', 'keep-daily=7'] },
]

const gc = (more: Partial<GcResult> = {}, line = 'gc') =>
  lateen(line, { jobs: { collectGarbage: async () => result(more) } })

describe('gc', () => {
  it('prints each decision with its reasons, and what was deleted', async () => {
    const deleted = [
      { kind: 'backup', name: 'old', reason: 'it expired at 2026-11-20T00:00:00.000Z', removed: 12 },
    ] as const
    expect(await gc({ decisions, kept: 2, deleted: [...deleted] })).toEqual({
      code: 0,
      stdout: `NAME   ACTION   REASON
new    keep     it expires at 2026-12-22T00:00:00.000Z
old    delete   it expired at 2026-11-20T00:00:00.000Z
used   keep     keep-last=2; keep-daily=7
Deleted (1):
  backup "old": 12 objects; it expired at 2026-11-20T00:00:00.000Z
1 backup deleted, 2 kept.
`,
      stderr: '',
    })
  })

  it('says so where there is nothing', async () => {
    expect(await gc()).toEqual({ code: 0, stdout: '0 backups deleted, 0 kept.\n', stderr: '' })
  })

  it('with --dry-run asks for decisions only, and says what would be', async () => {
    let asked: boolean | undefined
    const collectGarbage: Jobs['collectGarbage'] = async (_, { dryRun }) => {
      asked = dryRun
      return result({ how: 'dry-run', decisions, kept: 2 })
    }
    const { code, stdout } = await lateen('gc --dry-run', { jobs: { collectGarbage } })
    expect({ code, asked }).toEqual({ code: 0, asked: true })
    expect(stdout).toMatch(/\nNothing was deleted: this was a dry run\. 1 backup would be deleted, 2 kept\.\n$/)
  })

  it('says that a read-only location was only looked at', async () => {
    const { stdout } = await gc({ how: 'dry-run', decisions, kept: 3 })
    expect(stdout).toMatch(/\nNothing was deleted: the location default is read-only\.\n$/)
  })

  it('names what object lock keeps, runs that died with what to do, and files of others', async () => {
    const { code, stdout } = await gc({
      locked: [{ key: 'backups/a/a.tar.gz', until: '2026-12-01T00:00:00.000Z' }, { key: 'backups/a/held' }],
      runs: [
        { kind: 'backup', name: 'dead', uid: '1', what: 'found' },
        { kind: 'restore', name: 'gone', uid: '2', what: 'ended', reason: 'nobody works on it' },
      ],
      foreign: ['backups/theirs/'],
    })
    expect(code).toBe(0)
    expect(stdout).toBe(`Kept by object lock (2):
  backups/a/a.tar.gz until 2026-12-01 00:00:00 +0000 UTC
  backups/a/held while it has a legal hold
Runs that died (2):
  backup "dead": the same command or message goes on from where it stopped; a day after it began it is ended as Failed
  restore "gone": it was ended as Failed: nobody works on it
Files and uploads of no run, left alone (1):
  backups/theirs/
0 backups deleted, 0 kept.
`)
  })

  it('ends nothing in a dry run, and does not say that it did', async () => {
    const runs = [{ kind: 'backup', name: 'x', uid: '1', what: 'ended', reason: 'too old' }] as const
    const { stdout } = await gc({ how: 'dry-run', runs: [...runs] }, 'gc --dry-run')
    expect(stdout).toContain('  backup "x": it would be ended as Failed: too old\n')
  })

  it('tells problems on stderr and ends with 3', async () => {
    const { code, stdout, stderr } = await gc({
      decisions: decisions.slice(1, 2),
      deleted: [{ kind: 'backup', name: 'old', reason: 'it expired', removed: 0, problem: 'AccessDenied' }],
      problems: ['backup old: AccessDenied'],
    })
    expect(code).toBe(3)
    expect(stdout).toMatch(/\n0 backups deleted, 0 kept\.\n$/)
    expect(stderr).toBe('Problems (1):\n  backup old: AccessDenied\n')
  })

  it('shows 20 lines of what is long, and how many there are', async () => {
    const { stdout } = await gc({ foreign: Array.from({ length: 1234 }, (_, i) => `backups/x${i}/`) })
    expect(stdout).toContain('left alone (1,234):\n')
    expect(stdout).toContain('  backups/x19/\n  ... and 1,214 more\n')
  })

  it('is no failure where another collection is at work', async () => {
    const { code, stdout } = await gc({ how: 'busy' })
    expect(code).toBe(0)
    expect(stdout).toBe('Another collection works on the location default; nothing was done by this one.\n')
  })

  it('prints its whole account as JSON or YAML', async () => {
    const full = { decisions, kept: 2, problems: ['p'] }
    const json = await gc(full, 'gc -o json')
    expect(JSON.parse(json.stdout)).toEqual(result(full))
    expect(json).toMatchObject({ code: 3, stderr: 'Problems (1):\n  p\n' })
    expect((await gc(full, 'gc -o yaml')).stdout).toContain('- keep: true\n  name: new\n')
  })

  it('refuses other formats, arguments, and decides nothing by a wrong clock', async () => {
    expect((await lateen('gc -o wide')).stderr).toContain('invalid output format "wide"')
    expect((await lateen('gc b1')).stderr).toContain('accepts 0 arg(s), received 1')
    const skew = new ClockSkewError(new Date('2027-01-01T00:00:00Z'), new Date('2026-11-22T00:00:00Z'))
    const { code, stderr } = await lateen('gc', { jobs: { collectGarbage: () => Promise.reject(skew) } })
    expect(code).toBe(1)
    expect(stderr).toContain('nothing is deleted\nSet the clock of this machine, or of the store.\n')
  })

  it('stops after the deletions at hand on Ctrl-C, and ends with 130', async () => {
    let interrupt = () => {}
    const outcome = await lateen('gc', {
      onInterrupt: handler => {
        interrupt = handler
      },
      jobs: {
        collectGarbage: async (_, { signal }) => {
          interrupt()
          return result({ how: signal.aborted ? 'continued' : 'finished' })
        },
      },
    })
    expect(outcome).toEqual({
      code: 130,
      stdout: 'Stopped before the end; the same command goes on. 0 backups deleted, 0 kept.\n',
      stderr: 'Stopping after the deletions at hand; press ctrl-c again to stop at once.\n',
    })
  })

  it('stops when its time is over, and ends with 6', async () => {
    const { code, stdout } = await lateen('gc --time-limit 30s', {
      sleep: async () => {},
      jobs: {
        collectGarbage: async (_, { signal }) => {
          await new Promise(resolve => signal.addEventListener('abort', resolve))
          return result({ how: 'continued' })
        },
      },
    })
    expect(code).toBe(6)
    expect(stdout).toBe('Stopped before the end; the same command goes on. 0 backups deleted, 0 kept.\n')
  })
})
