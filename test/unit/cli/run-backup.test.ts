import { describe, expect, it } from 'vitest'
import type { Jobs } from '../../../lib/cli/jobs.ts'
import { InterruptedError } from '../../../lib/jobs/errors.ts'
import type { BackupResult, Progress } from '../../../lib/jobs/types.ts'
import { LateenError } from '../../../lib/velero/errors.ts'
import type { BackupStatus } from '../../../lib/velero/types.ts'
import { lateen, resultOf, type World } from './harness.ts'

const progress = (more: Partial<Progress>): Progress => ({
  step: 'listing',
  itemsBackedUp: 1234,
  totalItems: 5678,
  bytesRead: 12_345_678,
  bytesWritten: 999,
  resource: 'deployments.apps',
  elapsedMs: 3000,
  ...more,
})

/** A job that tells of the given progress and ends with a status. */
function ending(status: BackupStatus, findings: Partial<BackupResult> = {}, steps: Progress[] = []): Partial<Jobs> {
  return {
    async createBackup(_, manifest, { onProgress }) {
      for (const step of steps) onProgress?.(step)
      return resultOf(manifest, status, findings)
    },
  }
}

const create = (jobs: Partial<Jobs>, more: World = {}, flags = '') =>
  lateen(`backup create b1 ${flags}`, { jobs, ...more })

describe('a backup from the command line', () => {
  it('ends with one line that tells its phase and the commands that tell more', async () => {
    expect(await create(ending({ phase: 'Completed' }))).toEqual({
      code: 0,
      stdout:
        'Backup completed with status: Completed. You may check for more information using the commands `lateen backup describe b1` and `lateen backup logs b1`.\n',
      stderr: '',
    })
  })

  it("with --wait prints Velero's lines around it, but promises nothing that is not so", async () => {
    const { stdout } = await create(ending({ phase: 'Completed' }, {}, [progress({})]), {}, '--wait')
    expect(stdout.split('\n').slice(0, 3)).toEqual([
      'Backup request "b1" submitted successfully.',
      'Waiting for backup to complete. You may safely press ctrl-c to stop - the same command continues your backup.',
      expect.stringMatching(/^Backup completed with status: Completed\./),
    ])
  })

  it('with --wait says nothing of a submission that was refused', async () => {
    const jobs = { createBackup: async () => Promise.reject(new InterruptedError('backup', 'b1')) }
    expect((await create(jobs, {}, '--wait')).stdout).toBe('')
  })

  it.each([
    ['Completed', 0],
    ['FailedValidation', 2],
    ['PartiallyFailed', 3],
    ['Failed', 4],
    ['InProgress', 1],
  ] as const)('that ends as %s ends the command with %i', async (phase, code) => {
    expect((await create(ending({ phase }))).code).toBe(code)
  })

  it('shows errors and warnings on stderr, readably, and the command for the rest of them', async () => {
    const errors = ["shop: resource: /pods name: /web-0 message: /can't read it error: /timeout", 'odd one']
    const warnings = Array.from({ length: 30 }, (_, i) => `message: /warning ${i}`)
    const { stdout, stderr } = await create(
      ending({ phase: 'PartiallyFailed', errors: 2, warnings: 1234 }, { errors, warnings }),
    )
    const lines = stderr.split('\n')
    expect(lines.slice(0, 4)).toEqual([
      'Errors (2):',
      "  pods shop/web-0: can't read it: timeout",
      '  odd one',
      'Warnings (1,234):',
    ])
    expect(lines.slice(4, 24)).toEqual(warnings.slice(0, 20).map(text => `  ${text.slice('message: /'.length)}`))
    expect(lines.slice(24)).toEqual(['  ... and 1,214 more', 'See all of them by: lateen backup logs b1', ''])
    expect(stdout).toMatch(/^Backup completed with status: PartiallyFailed\. /)
  })

  it('shows why it failed, or what validation refused', async () => {
    const failed = await create(ending({ phase: 'Failed', failureReason: 'no progress' }))
    expect(failed.stderr).toBe('Failure reason: no progress\n')
    const refused = await create(ending({ phase: 'FailedValidation', validationErrors: ['read-only'] }))
    expect(refused.stderr).toBe('Validation error: read-only\n')
    // There is no log to point to.
    expect(refused.stdout).toBe('Backup completed with status: FailedValidation.\n')
  })
})

describe('progress', () => {
  const steps = [1000, 4999, 5000, 9999, 10_000].map(elapsedMs => progress({ elapsedMs }))

  it('is a plain line every 5 seconds where no terminal watches', async () => {
    const { stderr } = await create(ending({ phase: 'Completed' }, {}, steps))
    expect(stderr).toBe(
      'Backing up: 1,234 of about 5,678 items, 12.3 MB read, 999 B written, 247 items/s, deployments.apps\n' +
        'Backing up: 1,234 of about 5,678 items, 12.3 MB read, 999 B written, 123 items/s, deployments.apps\n',
    )
  })

  it('is one line on a terminal, redrawn, cut to its width, and gone in the end', async () => {
    const { stderr } = await create(ending({ phase: 'Completed' }, {}, [progress({ step: 'connecting' }), ...steps]), {
      tty: true,
    })
    const drawn = stderr.split('\r\u001b[K').slice(1)
    expect(drawn[0]).toBe('Connecting to the cluster ...')
    expect(drawn).toHaveLength(1 + steps.length + 1)
    expect(Math.max(...drawn.map(line => line.length))).toBeLessThan(100)
    expect(drawn.at(-1)).toBe('')
    expect(stderr).not.toMatch(/\n/)
  })

  it('has no estimate that is lower than what is done', async () => {
    const step = progress({ step: 'finishing', totalItems: 10, elapsedMs: 6000 })
    const { stderr } = await create(ending({ phase: 'Completed' }, {}, [step]))
    expect(stderr).toBe('Finishing: 1,234 items, 12.3 MB read, 999 B written, 206 items/s\n')
  })
})

describe('Ctrl-C', () => {
  it('stops the run at a checkpoint, ends with 130 and tells how to go on', async () => {
    let interrupt = () => {}
    const outcome = await create(
      {
        createBackup: async (_, __, { signal }) => {
          interrupt()
          expect(signal?.aborted).toBe(true)
          throw new InterruptedError('backup', 'b1')
        },
      },
      {
        onInterrupt: handler => {
          interrupt = handler
        },
      },
    )
    expect(outcome).toEqual({
      code: 130,
      stdout: '',
      stderr:
        'Stopping at the next checkpoint; press ctrl-c again to stop at once.\n' +
        'Stopped: the backup "b1" was interrupted.\nThe same command goes on from where it stopped.\n',
    })
  })
})

describe('a time limit', () => {
  /** A run that goes on until its signal is aborted, in a world where time passes at once. */
  const endless = (stopped: () => unknown): Partial<Jobs> => ({
    async createBackup(_, __, { signal, onProgress }) {
      onProgress?.(progress({}))
      await new Promise(resolve => signal?.addEventListener('abort', resolve))
      return stopped() as never
    },
  })
  const interrupted = () => {
    throw new InterruptedError('backup', 'b1')
  }

  it('stops the run at a checkpoint, ends with 6 and tells how to go on', async () => {
    const slept: number[] = []
    const sleep = async (ms: number) => slept.push(ms)
    const outcome = await create(endless(interrupted), { sleep }, '--time-limit 1m30s')
    expect(slept).toEqual([90_000])
    expect(outcome).toEqual({
      code: 6,
      stdout: '',
      stderr:
        'The time is over: stopping at the next checkpoint.\n' +
        'Stopped: the backup "b1" was interrupted.\nThe same command goes on from where it stopped.\n',
    })
  })

  it('is no matter to a run that ends before', async () => {
    let wake = () => {}
    const sleep = () =>
      new Promise<void>(resolve => {
        wake = resolve
      })
    const jobs = ending({ phase: 'Completed' })
    const { code, stderr } = await create(jobs, { sleep }, '--time-limit 1h')
    wake()
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })

  it.each([
    ['--time-limit 0s', /invalid argument "0s" for "--time-limit" flag: a time limit is more than no time/],
    ['--time-limit soon', /invalid argument "soon" for "--time-limit" flag: time: invalid duration "soon"/],
    ['--time-limit 1m --remote', /--time-limit can not be used with --remote\nA function stops before its own time/],
  ])('that can not be meant is refused, and nothing is done: %s', async (flags, message) => {
    const { code, stderr } = await create({}, {}, flags)
    expect(code).toBe(2)
    expect(stderr).toMatch(message)
  })
})

describe('Ctrl-C on a terminal', () => {
  /** Presses Ctrl-C once the run is at `step`, types an answer, and lets the run end as its signal and the bucket tell. */
  async function interrupted(typed: string[], more: Partial<World> = {}, step: Progress['step'] = 'listing') {
    let interrupt = () => {}
    const cancelled: boolean[] = []
    const outcome = await create(
      {
        cancelBackup: async (_, __, { wait }) => {
          cancelled.push(wait ?? true)
          return 'asked'
        },
        createBackup: async (_, manifest, { signal, onProgress }) => {
          onProgress?.(progress({ step }))
          interrupt()
          await new Promise(resolve => setImmediate(resolve))
          if (signal?.aborted !== true) return resultOf(manifest, { phase: 'Completed' })
          if (cancelled.length === 0) throw new InterruptedError('backup', 'b1')
          return resultOf(manifest, { phase: 'Failed', failureReason: 'cancelled by ann at 8' })
        },
      },
      {
        canAsk: true,
        typed,
        onInterrupt: handler => {
          interrupt = handler
        },
        ...more,
      },
    )
    return { ...outcome, cancelled }
  }
  const question = 'Cancel the backup, or leave it to be continued later? Ctrl-c again quits at once. (c/L) '

  it('asks, and cancels the run where that is the answer', async () => {
    const { code, stderr, cancelled } = await interrupted(['c'])
    expect({ code, cancelled }).toEqual({ code: 4, cancelled: [false] })
    expect(stderr).toBe(
      `${question}Cancelling the backup; press ctrl-c again to stop at once.\nFailure reason: cancelled by ann at 8\n`,
    )
  })

  it.each([[['']], [['l']], [['what?']], [[]]])('leaves it to be continued by any other answer: %j', async typed => {
    const { code, stderr, cancelled } = await interrupted(typed)
    expect({ code, cancelled }).toEqual({ code: 130, cancelled: [] })
    expect(stderr).toContain(`${question}Stopping at the next checkpoint`)
    expect(stderr).toContain('The same command goes on from where it stopped.')
  })

  it('asks nothing of a run that has not begun, or where the process is told to end', async () => {
    expect((await interrupted(['c'], {}, 'connecting')).cancelled).toEqual([])
    const told = await interrupted(['c'], { signal: 'SIGTERM' })
    expect(told.cancelled).toEqual([])
    expect(told.stderr).not.toContain('(c/L)')
  })

  it('stops as by default where the cancellation can not be written', async () => {
    let interrupt = () => {}
    const { code, stderr } = await create(
      {
        cancelBackup: () => Promise.reject(new LateenError('the store is away')),
        createBackup: async (_, __, { signal, onProgress }) => {
          onProgress?.(progress({}))
          interrupt()
          await new Promise(resolve => setImmediate(resolve))
          expect(signal?.aborted).toBe(true)
          throw new InterruptedError('backup', 'b1')
        },
      },
      {
        canAsk: true,
        typed: ['c'],
        onInterrupt: handler => {
          interrupt = handler
        },
      },
    )
    expect(code).toBe(130)
    expect(stderr).toContain('An error occurred: the store is away\nStopping at the next checkpoint')
  })

  it('draws no progress over the question, and a run that ends meanwhile has ended', async () => {
    let interrupt = () => {}
    const { code, stderr } = await create(
      {
        createBackup: async (_, manifest, { onProgress }) => {
          onProgress?.(progress({}))
          interrupt()
          onProgress?.(progress({ elapsedMs: 60_000 }))
          return resultOf(manifest, { phase: 'Completed' })
        },
      },
      {
        canAsk: true,
        onInterrupt: handler => {
          interrupt = handler
        },
      },
    )
    expect({ code, stderr }).toEqual({ code: 0, stderr: `${question}\n` })
  })
})

it('a run that waits for another one says so', async () => {
  const { stderr } = await create({
    createBackup: async (_, manifest, { onWait }) => {
      onWait?.(new Error('the run 1 is being worked on by a/b'))
      return resultOf(manifest, { phase: 'Completed' })
    },
  })
  expect(stderr).toBe('Waiting: the run 1 is being worked on by a/b\n')
})

it('a notification that was not sent is told of, and is no failure of the backup', async () => {
  const { code, stderr } = await create({
    createBackup: async (_, manifest, { onUnsent }) => {
      onUnsent?.('topic arn:aws:sns:x was not told of b: no right')
      return resultOf(manifest, { phase: 'Completed' })
    },
  })
  expect([code, stderr]).toEqual([
    0,
    'WARNING: topic arn:aws:sns:x was not told of b: no right\nThe next collection of the location tries again, for a day.\n',
  ])
})
