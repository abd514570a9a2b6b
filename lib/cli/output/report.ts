import type { BackupResult } from '../../jobs/types.ts'
import type { Output } from '../cli.ts'
import { readableFinding } from './finding.ts'
import { formatCount } from './sizes.ts'

/** How many errors, and how many warnings, are shown at the end of a run. */
const SHOWN = 20

/** Tells on stderr what did not go well: the reason of a failure, then errors and warnings, and where all of them are. */
export function reportFindings(stderr: Output, result: BackupResult): void {
  const { metadata, status } = result.backup
  for (const error of status?.validationErrors ?? []) stderr.write(`Validation error: ${error}\n`)
  if (status?.failureReason) stderr.write(`Failure reason: ${status.failureReason}\n`)
  const errorCount = Math.max(status?.errors ?? 0, result.errors.length)
  const warningCount = Math.max(status?.warnings ?? 0, result.warnings.length)
  const hidden = [
    list(stderr, 'Errors', result.errors, errorCount),
    list(stderr, 'Warnings', result.warnings, warningCount),
  ]
  if (hidden.some(Boolean)) stderr.write(`See all of them by: lateen backup logs ${metadata.name}\n`)
}

/** Answers whether some were left out. */
function list(stderr: Output, title: string, findings: readonly string[], count: number): boolean {
  if (count === 0) return false
  const shown = findings.slice(0, SHOWN)
  stderr.write(`${title} (${formatCount(count)}):\n${shown.map(finding => `  ${readableFinding(finding)}\n`).join('')}`)
  if (shown.length < count) stderr.write(`  ... and ${formatCount(count - shown.length)} more\n`)
  return shown.length < count
}
