import { readableFinding } from '../../velero/finding.ts'
import type { Backup } from '../../velero/types.ts'
import type { Restore } from '../../velero/types-restore.ts'
import type { Cli, Output } from '../cli.ts'
import { exitCodeOfPhase, exitCodes } from '../exit-codes.ts'
import { firstOf, SHOWN } from './first-of.ts'
import { formatCount } from './sizes.ts'

export interface Findings {
  errors: readonly string[]
  warnings: readonly string[]
}

/**
 * Tells how a run ended: on stderr what did not go well, on stdout the phase and the commands that tell more. Answers the
 * exit code. `storageLocation` is the flag's value, which those commands need too.
 */
export function reportEnd(cli: Cli, object: Backup | Restore, findings: Findings, storageLocation?: string): number {
  const { kind, metadata, status } = object
  const phase = status?.phase ?? 'New'
  const location = storageLocation ? ` --storage-location ${storageLocation}` : ''
  const command = (verb: string) => `lateen ${kind.toLowerCase()} ${verb} ${metadata.name}${location}`
  const logs = command('logs')
  reportFindings(cli.stderr, object, findings, logs)
  const more = `You may check for more information using the commands \`${command('describe')}\` and \`${logs}\`.`
  cli.stdout.write(`${kind} completed with status: ${phase}.${phase === 'FailedValidation' ? '' : ` ${more}`}\n`)
  return exitCodeOfPhase[phase] ?? exitCodes.unforeseen
}

/** The reason of a failure, then errors and warnings, and where all of them are. */
function reportFindings(
  stderr: Output,
  { status }: Backup | Restore,
  { errors, warnings }: Findings,
  logs: string,
): void {
  for (const error of status?.validationErrors ?? []) stderr.write(`Validation error: ${error}\n`)
  if (status?.failureReason) stderr.write(`Failure reason: ${status.failureReason}\n`)
  const errorCount = Math.max(status?.errors ?? 0, errors.length)
  const warningCount = Math.max(status?.warnings ?? 0, warnings.length)
  const hidden = [list(stderr, 'Errors', errors, errorCount), list(stderr, 'Warnings', warnings, warningCount)]
  if (hidden.some(Boolean)) stderr.write(`See all of them by: ${logs}\n`)
}

/** Answers whether some were left out. */
function list(stderr: Output, title: string, findings: readonly string[], count: number): boolean {
  if (count === 0) return false
  const lines = findings.slice(0, SHOWN).map(finding => `  ${readableFinding(finding)}`)
  stderr.write(`${title} (${formatCount(count)}):\n${firstOf(lines, count)}`)
  return lines.length < count
}
