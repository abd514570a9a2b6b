import type { Artifact, ItemOperation } from '../../jobs/types-describe.ts'
import { type Clock, goTime } from './times.ts'

export interface OperationCounts {
  attempted?: number | undefined
  completed?: number | undefined
  failed?: number | undefined
}

/** What plugins did beside a backup or restore, in the layout of Velero 1.18. */
export function operationsText(
  noun: 'Backup' | 'Restore',
  { attempted = 0, completed = 0, failed = 0 }: OperationCounts,
  operations: Artifact<ItemOperation[]> | undefined,
  clock: Clock,
): string[] {
  if (attempted === 0) return []
  const title = `${noun} Item Operations:`
  if (operations === undefined)
    return [
      `${title}\t${completed} of ${attempted} completed successfully, ${failed} failed (specify --details for more information)`,
    ]
  if (operations.is === 'read')
    return [title, ...operations.value.flatMap(operation => operationText(noun, operation, clock))]
  const why = operations.is === 'missing' ? 'file not found' : operations.why
  return [`${title}\t<error getting operation info: ${why}>`]
}

function operationText(noun: 'Backup' | 'Restore', operation: ItemOperation, clock: Clock): string[] {
  const { plugin, item, id, itemsToUpdate, phase, error, completed, total, units, description } = operation
  const times = (['created', 'started', 'updated'] as const).filter(key => operation[key] !== undefined)
  return [
    `\tOperation for ${item}:`,
    `\t\t${noun} Item Action Plugin:\t${plugin}`,
    `\t\tOperation ID:\t${id}`,
    ...(itemsToUpdate.length === 0 ? [] : ['\t\tItems to Update:', ...itemsToUpdate.map(text => `\t\t\t${text}`)]),
    `\t\tPhase:\t${phase}`,
    ...(error === '' ? [] : [`\t\tOperation Error:\t${error}`]),
    ...(total > 0 || completed > 0 ? [`\t\tProgress:\t${completed} of ${total} complete (${units})`] : []),
    ...(description === '' ? [] : [`\t\tProgress description:\t${description}`]),
    ...times.map(key => `\t\t${key[0]?.toUpperCase()}${key.slice(1)}:\t${goTime(operation[key], clock)}`),
  ]
}
