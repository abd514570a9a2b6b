import type { Settings } from '../../config/types.ts'
import { InvalidInputError } from '../../velero/errors.ts'
import { goQuote } from '../../velero/go-quote.ts'
import type { Backup } from '../../velero/types.ts'
import type { Restore } from '../../velero/types-restore.ts'
import type { Cli } from '../cli.ts'
import { exitCodeOfPhase, exitCodes } from '../exit-codes.ts'
import type { RequestFlags } from '../flags/request-flags.ts'
import { isNamed } from '../is-named.ts'
import { progressDisplay } from '../output/progress.ts'
import { describeRemote, type RemoteStep } from '../output/remote-progress.ts'
import { reportEnd } from '../output/report.ts'

/** How often the bucket is asked how far a run is, in ms. */
const LOOK_MS = 2_000

/**
 * Sends a request to the deployed functions; with --wait follows it in the bucket until it has ended. Answers the exit code. Ctrl-C ends
 * the waiting only. `find`: what the bucket has by its name, undefined where that is nothing yet.
 */
export async function runRemotely<T extends Backup | Restore>(
  cli: Cli,
  settings: Settings,
  request: T,
  flags: RequestFlags,
  find: () => Promise<T | undefined>,
): Promise<number> {
  const noun = request.kind.toLowerCase()
  const { name } = request.metadata
  if (flags.timeLimit !== undefined)
    throw new InvalidInputError('--time-limit can not be used with --remote', {
      next: 'A function stops before its own time is over, and goes on by itself.',
    })
  await cli.jobs.sendRequest(settings, request)
  cli.stdout.write(`${request.kind} request ${goQuote(name)} submitted successfully.\n`)
  if (!flags.wait) {
    cli.stdout.write(`Run \`lateen ${noun} describe ${name}\` or \`lateen ${noun} logs ${name}\` for more details.\n`)
    return exitCodes.completed
  }
  cli.stdout.write(
    `Waiting for ${noun} to complete. You may safely press ctrl-c to stop waiting - your ${noun} will continue in the background.\n`,
  )
  const ended = await follow(cli, request, find)
  return ended === undefined ? exitCodes.interrupted : reportEnd(cli, ended, NOT_READ, flags.storageLocation)
}

/** They are in the results; the counts are in the status. */
const NOT_READ = { errors: [], warnings: [] }

/** Looks at the bucket that fail, one after the other, before the waiting ends with the last one's error. */
const MOST_FAILURES = 10

/** After so long it is worth telling that nobody has begun, in ms. */
const PATIENCE_MS = 120_000

const NOBODY =
  "No function has begun with it yet. If none does, look for it in the deployment's dead-letter queue, which has the reason; ctrl-c stops waiting.\n"

/** Another request had the name when ours was taken up. */
class NameLostError extends InvalidInputError {
  constructor({ kind, metadata: { name } }: Backup | Restore) {
    super(`another ${kind.toLowerCase()} has the name ${goQuote(name)} by now, so this one was refused`, {
      next: 'Choose another name.',
    })
  }
}

/** The object with its final phase; undefined where Ctrl-C came first. */
async function follow<T extends Backup | Restore>(
  cli: Cli,
  { metadata: { uid } }: T,
  find: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const started = cli.now().getTime()
  const display = progressDisplay<RemoteStep>(cli.stderr, describeRemote)
  let interrupted = false
  const stopListening = cli.onInterrupt(() => {
    interrupted = true
  })
  try {
    let failures = 0
    let told = false
    while (!interrupted) {
      const found = await find().catch(error => {
        failures += 1
        if (failures > MOST_FAILURES) throw error
        return undefined
      })
      const elapsedMs = cli.now().getTime() - started
      if (found !== undefined) {
        failures = 0
        if (found.metadata.uid !== uid) throw new NameLostError(found)
        if (exitCodeOfPhase[found.status?.phase ?? 'New'] !== undefined) return found
      } else if (elapsedMs > PATIENCE_MS && !told) {
        told = true
        display.end()
        cli.stderr.write(NOBODY)
      }
      display.show({ object: found, elapsedMs })
      await cli.sleep(LOOK_MS)
    }
    return undefined
  } finally {
    display.end()
    stopListening()
  }
}

/** What is looked for, or undefined where it is not there (yet). */
export async function ifThere<T>(notFound: string, look: () => Promise<T>): Promise<T | undefined> {
  return look().catch(error => {
    if (isNamed(error, notFound)) return undefined
    throw error
  })
}
