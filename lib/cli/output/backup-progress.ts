import type { Progress } from '../../jobs/types.ts'
import { connecting, doneOf, perSecond } from './progress-parts.ts'
import { formatBytes } from './sizes.ts'

/** `Backing up: 1,234 of about 5,678 items, 12.3 MB read, 2.1 MB written, 410 items/s, deployments.apps` */
export function describeBackup(progress: Progress): string {
  if (progress.step === 'connecting') return connecting
  const { itemsBackedUp, totalItems, elapsedMs, resource } = progress
  const bytes = [`${formatBytes(progress.bytesRead)} read`, `${formatBytes(progress.bytesWritten)} written`]
  const current = progress.step === 'finishing' ? '' : resource
  const parts = [doneOf(itemsBackedUp, totalItems), ...bytes, perSecond(itemsBackedUp, elapsedMs), current]
  return `${titles[progress.step]}: ${parts.filter(Boolean).join(', ')}`
}

const titles: Record<Exclude<Progress['step'], 'connecting'>, string> = {
  listing: 'Backing up',
  related: 'Backing up related items',
  finishing: 'Finishing',
}
