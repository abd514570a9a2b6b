import type { Notice } from './notice.ts'

type Told = Omit<Notice, 'version' | 'text'>

/** One sentence, and the reason if there is one. */
export function textOf({ kind, name, cluster, phase, errors, warnings, ...told }: Told): string {
  const where = cluster === undefined ? '' : ` of cluster ${cluster}`
  const counts = [counted(errors, 'error'), counted(warnings, 'warning')].filter(Boolean).join(', ')
  const reason = told.failureReason ?? told.validationErrors?.[0] ?? told.findings.errors[0]
  return `${kind} ${name}${where}: ${phase}${counts && ` (${counts})`}${reason === undefined ? '' : `: ${reason}`}`
}

/** For mail: all of it, a line each. */
export function mailOf(notice: Notice): string {
  const { text, location, schedule, backup, started, ended, items, findings, report, command } = notice
  const rows = [
    ['Location', location],
    ['Schedule', schedule],
    ['Backup', backup],
    ['Started', started],
    ['Ended', ended],
    ['Items', String(items)],
    ['Report', report.url],
    ['Console', report.console],
    ['Command', command],
  ].flatMap(([title, value]) => (value === undefined ? [] : [`${title}: ${value}`]))
  return [text, '', ...rows, ...list('Errors', findings.errors), ...list('Warnings', findings.warnings), ''].join('\n')
}

/** What SNS takes as the subject of a mail: 100 characters of ASCII in one line. */
export function subjectOf({ kind, name, cluster, phase }: Notice): string {
  const what = `Lateen: ${phase}: ${kind} ${name}${cluster === undefined ? '' : ` of ${cluster}`}`
  return what.replaceAll(/[^ -~]/g, '?').slice(0, 100)
}

const list = (title: string, lines: readonly string[]) =>
  lines.length === 0 ? [] : ['', `First ${title.toLowerCase()}:`, ...lines.map(line => `- ${line}`)]

const counted = (n: number, word: string) => (n === 0 ? '' : `${n} ${word}${n === 1 ? '' : 's'}`)
