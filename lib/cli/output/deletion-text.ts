import type { Description } from '../../jobs/types-describe.ts'
import { type Clock, goTime } from './times.ts'

/** A deletion that is not done, in the style of Velero's requests for one. */
export function deletionText({ deletion }: Pick<Description, 'deletion'>, command: string, clock: Clock): string[] {
  if (deletion === undefined || deletion.is === 'missing') return []
  if (deletion.is === 'unreadable') return ['', `Deletion Attempts:\t<error getting the deletion: ${deletion.why}>`]
  const { requested, reason } = deletion.value
  const problem = deletionProblem(deletion.value, command, clock)
  return [
    '',
    'Deletion Attempts:',
    `\t${goTime(requested, clock)}: InProgress`,
    ...(reason ? [`\tReason:\t${reason}`] : []),
    ...(problem === undefined ? [] : ['\tErrors:', `\t\t${problem}`]),
  ]
}

/** Why it is not done, where nobody works on it. */
export function deletionProblem(
  { expires, notBefore }: { expires: string; notBefore?: string },
  command: string,
  clock: Clock,
): string | undefined {
  if (notBefore !== undefined)
    return `object lock keeps what is left until ${goTime(notBefore, clock)}; \`lateen gc\` deletes it after that`
  if (new Date(expires) > clock.now) return undefined
  return `nobody has worked on it since ${goTime(expires, clock)}; \`${command}\` or \`lateen gc\` goes on with it`
}
