import { LateenError } from '../../velero/errors.ts'
import { goQuote } from '../../velero/go-quote.ts'
import type { Cli } from '../cli.ts'
import { exitCodeOf, exitCodes } from '../exit-codes.ts'
import type { JobOptions } from '../jobs.ts'
import { errorText } from '../output/error-text.ts'
import { progressDisplay } from '../output/progress.ts'
import { unsentText } from '../output/unsent-text.ts'
import { afterTimeLimit } from './time-limit.ts'

/** A backup or a restore to be made in this process. */
export interface Job<Step, Result> {
  noun: 'backup' | 'restore'
  name: string
  /** Print what Velero prints with --wait. */
  wait: boolean
  /** The name was made up: the same command would make up another one. */
  unnamed?: boolean
  /** In ms. */
  timeLimit?: number | undefined
  /** One line about a step. */
  describe(step: Step): string
  start(options: JobOptions<Step>): Promise<Result>
  /** Writes down, for the run to find, that it is to end. */
  cancel(): Promise<unknown>
}

/** Who stopped a run at a checkpoint. */
export type Stopped = 'by Ctrl-C' | 'by its time limit'

export const exitCodeOfStop: Record<Stopped, number> = {
  'by Ctrl-C': exitCodes.interrupted,
  'by its time limit': exitCodes.unfinished,
}

/** Runs it, telling how far it is; answers who stopped it where it has not ended. */
export async function runJob<Step extends { step: string; elapsedMs: number }, Result extends object>(
  cli: Cli,
  job: Job<Step, Result>,
): Promise<Result | Stopped> {
  const interruption = new AbortController()
  let stoppedBy: Stopped = 'by Ctrl-C'
  const display = progressDisplay(cli.stderr, job.describe)
  let announced = !job.wait
  let begun = false
  let question: Promise<void> | undefined
  const announce = () => {
    if (announced) return
    announced = true
    cli.stdout.write(submitted(job))
  }
  const onProgress = (step: Step) => {
    // Once it is past connecting, the request was accepted: its name is free and the run is claimed.
    if (step.step !== 'connecting') {
      begun = true
      announce()
    }
    if (question === undefined) display.show(step)
  }
  const onWait = (held: Error) => {
    display.end()
    cli.stderr.write(`Waiting: ${held.message}\n`)
  }
  const stop = (text: string) => {
    question = undefined
    cli.stderr.write(text)
    interruption.abort()
  }
  const stopListening = cli.onInterrupt(signal => {
    display.end()
    // What has not begun can't be cancelled: its name may be another's.
    if (!begun || !cli.canAsk || signal !== 'SIGINT') return stop(STOPPING)
    question = askToCancel(cli, job).then(text => (question === undefined ? undefined : stop(text)))
  })
  const forget = afterTimeLimit(cli, job.timeLimit, () => {
    if (interruption.signal.aborted) return
    display.end()
    endQuestion()
    stoppedBy = 'by its time limit'
    stop('The time is over: stopping at the next checkpoint.\n')
  })
  const endQuestion = () => {
    if (question !== undefined) cli.stderr.write('\n')
    question = undefined
  }
  try {
    const onUnsent = (problem: string) => {
      display.end()
      cli.stderr.write(unsentText(problem))
    }
    const result = await job.start({ typed: true, onProgress, onWait, signal: interruption.signal, onUnsent })
    display.end()
    endQuestion()
    announce()
    return result
  } catch (error) {
    display.end()
    endQuestion()
    if (!(error instanceof LateenError) || exitCodeOf(error) !== exitCodes.interrupted) throw error
    cli.stderr.write(stopped(job, error))
    return stoppedBy
  } finally {
    forget()
    stopListening()
  }
}

const STOPPING = 'Stopping at the next checkpoint; press ctrl-c again to stop at once.\n'

/** Asks what Ctrl-C is to do while the run goes on, and does it; answers what to say of it. To leave it is the default. */
async function askToCancel(
  cli: Cli,
  { noun, cancel }: Pick<Job<unknown, unknown>, 'noun' | 'cancel'>,
): Promise<string> {
  cli.stderr.write(`Cancel the ${noun}, or leave it to be continued later? Ctrl-c again quits at once. (c/L) `)
  const answer = (await cli.readLine())?.trim().toLowerCase()
  if (answer !== 'c' && answer !== 'cancel') return STOPPING
  try {
    await cancel()
    return `Cancelling the ${noun}; press ctrl-c again to stop at once.\n`
  } catch (error) {
    return errorText(error) + STOPPING
  }
}

type Named = Pick<Job<unknown, unknown>, 'noun' | 'name' | 'unnamed'>

/** Velero's sentences, but for what ctrl-c does: here the work stops with the command. */
function submitted({ noun, name, unnamed }: Named): string {
  const request = `${noun === 'backup' ? 'Backup' : 'Restore'} request ${goQuote(name)} submitted successfully.`
  const again = unnamed ? `the same command with the name ${name}` : 'the same command'
  return `${request}\nWaiting for ${noun} to complete. You may safely press ctrl-c to stop - ${again} continues your ${noun}.\n`
}

/** Not an error to the person who asked for it. */
function stopped({ name, unnamed }: Named, { message, next }: LateenError): string {
  const again = unnamed ? `The same command with the name ${name} goes on from where it stopped.` : next
  return `Stopped: ${message}.\n${again === undefined ? '' : `${again}\n`}`
}
