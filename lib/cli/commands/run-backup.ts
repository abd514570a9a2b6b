import type { Settings } from '../../config/types.ts'
import type { BackupResult, Progress } from '../../jobs/types.ts'
import { LateenError } from '../../velero/errors.ts'
import { goQuote } from '../../velero/go-quote.ts'
import type { Backup } from '../../velero/types.ts'
import type { Cli } from '../cli.ts'
import { exitCodeOf, exitCodeOfPhase, exitCodes } from '../exit-codes.ts'
import { progressDisplay } from '../output/progress.ts'
import { reportFindings } from '../output/report.ts'

/** Makes the backup in this process, telling how far it is; answers the exit code. Ctrl-C stops it at a checkpoint. */
export async function runBackup(cli: Cli, settings: Settings, manifest: Backup, wait: boolean): Promise<number> {
  const { name } = manifest.metadata
  const { jobs } = cli
  const interruption = new AbortController()
  const display = progressDisplay(cli.stderr)
  let announced = !wait
  const announce = () => {
    if (announced) return
    announced = true
    cli.stdout.write(`Backup request ${goQuote(name)} submitted successfully.\n${waiting}`)
  }
  const onProgress = (progress: Progress) => {
    // Once lists are read, the request was accepted: its name is free and the run is claimed.
    if (progress.step !== 'connecting') announce()
    display.show(progress)
  }
  const onWait = (held: Error) => {
    display.end()
    cli.stderr.write(`Waiting: ${held.message}\n`)
  }
  const stopListening = cli.onInterrupt(() => {
    display.end()
    cli.stderr.write('Stopping at the next checkpoint; press ctrl-c again to stop at once.\n')
    interruption.abort()
  })
  try {
    const { signal } = interruption
    const result = await jobs.createBackup(settings, manifest, { typed: true, onProgress, onWait, signal })
    display.end()
    announce()
    return finished(cli, result)
  } catch (error) {
    display.end()
    if (error instanceof LateenError && exitCodeOf(error) === exitCodes.interrupted) return interrupted(cli, error)
    throw error
  } finally {
    stopListening()
  }
}

/** Velero's sentence, but for what ctrl-c does: here the backup stops with the command. */
const waiting =
  'Waiting for backup to complete. You may safely press ctrl-c to stop - the same command continues your backup.\n'

function finished(cli: Cli, result: BackupResult): number {
  const { metadata, status } = result.backup
  const phase = status?.phase ?? 'New'
  reportFindings(cli.stderr, result)
  const logs =
    phase === 'FailedValidation'
      ? ''
      : ` You may check for more information using the command \`lateen backup logs ${metadata.name}\`.`
  cli.stdout.write(`Backup completed with status: ${phase}.${logs}\n`)
  return exitCodeOfPhase[phase] ?? exitCodes.unforeseen
}

/** Not an error to the person who asked for it. */
function interrupted(cli: Cli, { message, next }: Pick<LateenError, 'message' | 'next'>): number {
  cli.stderr.write(`Stopped: ${message}.\n${next === undefined ? '' : `${next}\n`}`)
  return exitCodes.interrupted
}
