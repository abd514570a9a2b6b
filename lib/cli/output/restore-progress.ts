import type { RestoreProgress } from '../../jobs/types.ts'
import { connecting, doneOf, perSecond } from './progress-parts.ts'
import { formatCount } from './sizes.ts'

/**
 * `Restoring: wave 4 of 12, pods: 1,234 of about 5,678 items (1,200 created, 30 skipped, 4 failed), 410 items/s`. Of what
 * became of items only what there is is named.
 */
export function describeRestore(progress: RestoreProgress): string {
  const { step, totalItems, itemsRestored, elapsedMs } = progress
  if (step === 'connecting') return connecting
  if (step === 'reading') return `Reading the backup: ${formatCount(totalItems)} items chosen`
  const outcomes = outcomesOf(progress, ({ count }) => count > 0)
  const items = `${doneOf(itemsRestored, totalItems)}${outcomes && ` (${outcomes})`}`
  const rate = perSecond(itemsRestored, elapsedMs)
  return `${titles[step]}${step === 'restoring' ? waveOf(progress) : ''}: ${[items, rate].filter(Boolean).join(', ')}`
}

/** `37 items: 36 created, 0 updated, 1 skipped, 0 failed`: all of it, for the end. */
export function describeOutcomes(progress: RestoreProgress): string {
  return `${formatCount(progress.itemsRestored)} items: ${outcomesOf(progress, () => true)}`
}

/** Nothing was written, not even by an item that failed half-way. */
export function changedNothing({ created, updated, failed }: RestoreProgress): boolean {
  return created + updated + failed === 0
}

interface ItemCount {
  outcome: string
  count: number
}

function outcomesOf(progress: RestoreProgress, named: (entry: ItemCount) => boolean): string {
  const entries = outcomes.map(outcome => ({ outcome, count: progress[outcome] }))
  return entries
    .filter(named)
    .map(({ outcome, count }) => `${formatCount(count)} ${outcome}`)
    .join(', ')
}

const outcomes = ['created', 'updated', 'skipped', 'failed'] as const

/** `: wave 4 of 12, pods` */
function waveOf({ wave, waveNumber, waves }: RestoreProgress): string {
  if (wave === undefined || waveNumber === undefined) return ''
  return `: wave ${waveNumber}${waves === undefined ? '' : ` of ${waves}`}, ${wave}`
}

const titles: Record<Exclude<RestoreProgress['step'], 'connecting' | 'reading'>, string> = {
  restoring: 'Restoring',
  retrying: 'Trying again what failed',
  finishing: 'Finishing',
}
