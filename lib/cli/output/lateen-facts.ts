import type { UnfinishedRun } from '../../jobs/types.ts'
import type { BackupDescription, Description, RestoreDescription } from '../../jobs/types-describe.ts'
import { CLUSTER_ANNOTATION, ELSEWHERE_ANNOTATION, RETENTION_ANNOTATION } from '../../velero/annotations.ts'
import { formatBytes, formatCount } from './sizes.ts'
import type { Clock } from './times.ts'
import { elapsed, goTime } from './times.ts'

/** The heading of what Velero does not tell: all that follows it is ours. */
export const HEADING = 'Lateen:'

/** The lines at the end of `backup describe`; none where there is nothing to tell. */
export function backupFacts({ view, folder }: BackupDescription, clock: Clock): string[] {
  const { metadata, status = {} } = view.backup
  return block([
    ...unfinishedFacts(view.unfinished, clock),
    ['Duration', elapsed(status)],
    ['Size', sizeOf(folder)],
    ['Cluster', metadata.annotations?.[CLUSTER_ANNOTATION]],
    ['Retention', metadata.annotations?.[RETENTION_ANNOTATION]],
    ['Note', view.note],
  ])
}

/** The lines at the end of `restore describe`. */
export function restoreFacts({ view, folder, resourceList }: RestoreDescription, clock: Clock): string[] {
  const { metadata, status = {} } = view.restore
  const outcomes = resourceList?.is === 'read' ? outcomesInOrder(resourceList.value.outcomes) : []
  return block([
    ...unfinishedFacts(view.unfinished, clock),
    ['Record', view.unrecorded && '<none>: Velero leaves none, and this is what log and results tell'],
    ['Objects', outcomes.map(([outcome, count]) => `${formatCount(count)} ${outcome}`).join(', ')],
    ['Duration', elapsed(status)],
    ['Size', sizeOf(folder)],
    ['Cluster', metadata.annotations?.[CLUSTER_ANNOTATION]],
    ['Backup location', metadata.annotations?.[ELSEWHERE_ANNOTATION]],
  ])
}

const OUTCOMES = ['created', 'updated', 'skipped', 'failed']

function outcomesInOrder(outcomes: Readonly<Record<string, number>>): [outcome: string, count: number][] {
  const rank = (outcome: string) => (OUTCOMES.includes(outcome) ? OUTCOMES.indexOf(outcome) : OUTCOMES.length)
  return Object.entries(outcomes).sort(([a], [b]) => rank(a) - rank(b))
}

type Fact = [title: string, text: string | false | undefined]

function block(facts: readonly Fact[]): string[] {
  const told = facts.filter(([, text]) => text)
  return told.length === 0 ? [] : ['', HEADING, ...told.map(([title, text]) => `\t${title}:\t${text}`)]
}

function unfinishedFacts(run: UnfinishedRun | undefined, clock: Clock): Fact[] {
  if (run === undefined) return []
  return [
    ['Run', run.uid],
    ['At work', workerOf(run, clock)],
  ]
}

function workerOf({ lease }: UnfinishedRun, clock: Clock): string {
  const nobody = 'the same command or message goes on with it'
  if (lease === undefined) return `nobody yet; ${nobody}`
  const until = goTime(lease.expires, clock)
  return isAtWork({ lease }, clock) ? `${lease.owner}, until ${until} and longer` : `nobody since ${until}; ${nobody}`
}

export function isAtWork({ lease }: Pick<UnfinishedRun, 'lease'>, { now }: Clock): boolean {
  return lease !== undefined && new Date(lease.expires) > now
}

function sizeOf(folder: Description['folder']): string | undefined {
  if (folder.is === 'unreadable') return `<error getting size: ${folder.why}>`
  if (folder.is === 'missing' || folder.value.files === 0) return undefined
  const { files, bytes, archiveBytes } = folder.value
  const all = `${formatBytes(bytes)} in ${formatCount(files)} ${files === 1 ? 'file' : 'files'}`
  return archiveBytes === undefined ? all : `${all}, archive ${formatBytes(archiveBytes)}`
}
