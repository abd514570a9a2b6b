import type { DeletedItem, GcResult } from '../../jobs/gc-types.ts'
import { goQuote } from '../../velero/go-quote.ts'
import { lockText, objects } from './deletion.ts'
import { firstOf } from './first-of.ts'
import { formatCount } from './sizes.ts'
import { formatTable } from './table.ts'
import type { Clock } from './times.ts'

type DeadRun = GcResult['runs'][number]

/** Each backup with what becomes of it, and why; '' where there is none. */
export function decisionsText({ decisions }: GcResult): string {
  return formatTable(
    ['NAME', 'ACTION', 'REASON'],
    decisions.map(({ name, keep, reasons }) => [name, keep ? 'keep' : 'delete', reasons.join('; ')]),
  )
}

/** What was done, or would be: sections of which only those are shown that hold something, then a line in any case. */
export function gcText(result: GcResult, dryRun: boolean, clock: Clock): string {
  const { deleted, locked, runs, foreign } = result
  return [
    section('Deleted', deleted.filter(isGone).map(deletedText)),
    section(
      'Kept by object lock',
      locked.map(({ key, until }) => `${key} ${lockText(until === undefined ? undefined : new Date(until), clock)}`),
    ),
    section(
      'Runs that died',
      runs.map(run => runText(run, result.how === 'dry-run')),
    ),
    section('Files and uploads of no run, left alone', foreign),
    `${ending(result, dryRun)}\n`,
  ].join('')
}

/** What stderr says of problems; '' without any. */
export function gcProblemsText({ problems }: GcResult): string {
  return section('Problems', problems)
}

function section(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return ''
  return `${title} (${formatCount(lines.length)}):\n${firstOf(lines.map(line => `  ${line}`))}`
}

/** What could not be deleted at all is told as a problem. */
function isGone({ removed, problem }: DeletedItem): boolean {
  return removed > 0 || problem === undefined
}

function deletedText({ kind, name, reason, removed, problem }: DeletedItem): string {
  return `${kind} ${goQuote(name)}: ${objects(removed)}${problem === undefined ? '' : ', not all'}; ${reason}`
}

const runTexts: Record<DeadRun['what'], (dryRun: boolean) => string> = {
  found: () => 'the same command or message goes on from where it stopped; a day after it began it is ended as Failed',
  queued: () => 'it was put into its queue again',
  ended: dryRun => (dryRun ? 'it would be ended as Failed' : 'it was ended as Failed'),
}

function runText({ kind, name, what, reason }: DeadRun, dryRun: boolean): string {
  return `${kind} ${goQuote(name)}: ${runTexts[what](dryRun)}${reason === undefined ? '' : `: ${reason}`}`
}

/** The last line. */
function ending({ how, location, kept, decisions, deleted }: GcResult, dryRun: boolean): string {
  const due = decisions.length - kept
  const endings: Record<GcResult['how'], string> = {
    busy: `Another collection works on the location ${location}; nothing was done by this one.`,
    'dry-run': dryRun
      ? `Nothing was deleted: this was a dry run. ${backups(due)} would be deleted, ${formatCount(kept)} kept.`
      : `Nothing was deleted: the location ${location} is read-only.`,
    continued: `Stopped before the end; the same command goes on. ${outcome(deleted, kept)}`,
    finished: outcome(deleted, kept),
  }
  return endings[how]
}

function outcome(deleted: readonly DeletedItem[], kept: number): string {
  const gone = deleted.filter(item => item.kind === 'backup' && isGone(item)).length
  return `${backups(gone)} deleted, ${formatCount(kept)} kept.`
}

/** `1 backup` */
function backups(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'backup' : 'backups'}`
}
