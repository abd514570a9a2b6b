import { describe, expect, it } from 'vitest'
import { DeletionHeldError } from '../../../lib/bucket/deletions.ts'
import { BACKUPS, BackupExistsError, RestoreExistsError } from '../../../lib/bucket/record-kinds.ts'
import { BeingDeletedError } from '../../../lib/bucket/runs.ts'
import {
  ArchiveFormatError,
  BackupArchiveMissingError,
  HostileArchiveError,
} from '../../../lib/bucket/source/errors.ts'
import { exitCodeOf } from '../../../lib/cli/exit-codes.ts'
import { ApiError, ConnectionError } from '../../../lib/cluster/types.ts'
import { ConfigError } from '../../../lib/config/errors.ts'
import { InUseError } from '../../../lib/jobs/delete.ts'
import {
  BackupNotFoundError,
  BackupRefusedError,
  CancellationPendingError,
  ClockSkewError,
  InterruptedError,
  LocationNotWritableError,
  RestoreNotFoundError,
  RestoreRefusedError,
  RunEndedError,
  ScheduleExistsError,
  ScheduleFromConfigError,
  ScheduleNotFoundError,
  ScheduleRefusedError,
} from '../../../lib/jobs/errors.ts'
import { DeploymentError } from '../../../lib/jobs/remote.ts'
import { ObjectNotFoundError, StoreError } from '../../../lib/store/types.ts'
import { InvalidInputError, LateenError } from '../../../lib/velero/errors.ts'
import { lateen } from './harness.ts'

const intent = {
  name: 'x',
  reason: 'asked for',
  requested: '2026-11-22T08:41:26Z',
  restores: [],
  owner: 'o',
  expires: '2026-11-22T08:42:26Z',
}
const status = (code: number) => new ApiError('no', { status: code, reason: '' })

describe('the exit code', () => {
  it.each([
    ['bad input', 2, new InvalidInputError('x')],
    ['bad configuration', 2, new ConfigError('x')],
    ['a name that is taken', 2, new BackupExistsError('x')],
    ['a name that is unknown', 2, new BackupNotFoundError('x')],
    ['a request that is refused', 2, new BackupRefusedError(['x'])],
    ["a restore's name that is taken", 2, new RestoreExistsError('x')],
    ["a restore's name that is unknown", 2, new RestoreNotFoundError('x')],
    ['a restore that is refused', 2, new RestoreRefusedError(['x'])],
    ["a schedule's name that is taken", 2, new ScheduleExistsError('x')],
    ["a schedule's name that is unknown", 2, new ScheduleNotFoundError('x')],
    ['a schedule that is refused', 2, new ScheduleRefusedError(['x'])],
    ['a schedule that is for lateen.yaml to change', 2, new ScheduleFromConfigError('x')],
    ['a name that is being deleted', 2, new BeingDeletedError(BACKUPS, intent)],
    ['a deletion that somebody else is at', 2, new DeletionHeldError(BACKUPS, intent)],
    ['the deletion of what is in use', 2, new InUseError('x')],
    ['a backup without an archive', 2, new BackupArchiveMissingError('b', 'k')],
    ['a hostile archive', 2, new HostileArchiveError('x')],
    ['an archive of a format that nobody knows yet', 2, new ArchiveFormatError('2')],
    ['a location that must not be written to', 2, new LocationNotWritableError('x')],
    ['the cancellation of what has ended', 2, new RunEndedError('backup', 'x', 'Completed')],
    ['a cancellation that nobody has seen yet', 1, new CancellationPendingError('backup', 'x', new LateenError('y'))],
    ['a cluster out of reach', 5, new ConnectionError('x')],
    ['a deployment out of reach', 5, new DeploymentError('x')],
    ['a store out of reach', 5, new StoreError('x', { code: 'AccessDenied' })],
    ['an API server that does not know us', 5, status(401)],
    ['an API server that forbids', 5, status(403)],
    ['an API server that fails', 5, status(503)],
    ['an answer that nobody expected', 1, status(422)],
    ['clocks that differ', 1, new ClockSkewError(new Date(0), new Date(1))],
    ['an object that is missing', 1, new ObjectNotFoundError('x')],
    ['an interruption', 130, new InterruptedError('backup', 'x')],
    ['another failure', 1, new LateenError('x')],
    ['a defect', 1, new TypeError('x')],
    ['anything thrown', 1, 'x'],
  ])('of %s is %i', (_, code, error) => {
    expect(exitCodeOf(error)).toBe(code)
  })
})

describe('errors on stderr', () => {
  const failing = (error: unknown) => lateen('backup get', { jobs: { listBackups: () => Promise.reject(error) } })

  it('say what is wrong, then what to do', async () => {
    const { stderr } = await failing(new ConnectionError("can't reach it", { next: 'Look at the network.' }))
    expect(stderr).toBe("An error occurred: can't reach it\nLook at the network.\n")
  })

  it('show the stack of a defect, and of nothing else', async () => {
    expect((await failing(new TypeError('x is not a function'))).stderr).toMatch(
      /^An error occurred: TypeError: x is not a function\n +at .*\nThis is a defect of lateen\./s,
    )
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), {
      syscall: 'write',
      code: 'ENOSPC',
    })
    expect((await failing(full)).stderr).toBe('An error occurred: ENOSPC: no space left on device, write\n')
  })
})
