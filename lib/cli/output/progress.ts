import type { Progress } from '../../jobs/types.ts'
import type { Output } from '../cli.ts'
import { formatBytes, formatCount } from './sizes.ts'

export interface ProgressDisplay {
  show(progress: Progress): void
  /** Removes what is only of the moment; call it before anything else is printed. */
  end(): void
}

/** How often a run that no terminal watches tells how far it is. */
const PLAIN_INTERVAL_MS = 5000

/** Live progress: one line that is redrawn on a terminal, else a line now and then. No colours. */
export function progressDisplay(output: Output): ProgressDisplay {
  return output.isTTY ? liveLine(output) : plainLines(output)
}

function liveLine(output: Output): ProgressDisplay {
  const erase = '\r\u001b[K'
  let drawn = false
  return {
    show(progress) {
      const line = describeProgress(progress)
      // A line that wraps could not be redrawn.
      output.write(erase + line.slice(0, Math.max(0, (output.columns || 80) - 1)))
      drawn = true
    },
    end() {
      if (drawn) output.write(erase)
      drawn = false
    },
  }
}

function plainLines(output: Output): ProgressDisplay {
  let next = PLAIN_INTERVAL_MS
  return {
    show(progress) {
      if (progress.elapsedMs < next) return
      next = progress.elapsedMs + PLAIN_INTERVAL_MS
      output.write(`${describeProgress(progress)}\n`)
    },
    end() {},
  }
}

/** `Backing up: 1,234 of about 5,678 items, 12.3 MB read, 2.1 MB written, 410 items/s, deployments.apps` */
export function describeProgress(progress: Progress): string {
  if (progress.step === 'connecting') return 'Connecting to the cluster ...'
  const { itemsBackedUp, totalItems, elapsedMs, resource } = progress
  const items =
    totalItems > itemsBackedUp
      ? `${formatCount(itemsBackedUp)} of about ${formatCount(totalItems)} items`
      : `${formatCount(itemsBackedUp)} items`
  const rate = elapsedMs > 0 ? [`${formatCount(Math.round((itemsBackedUp * 1000) / elapsedMs))} items/s`] : []
  const bytes = [`${formatBytes(progress.bytesRead)} read`, `${formatBytes(progress.bytesWritten)} written`]
  const current = progress.step === 'finishing' ? [] : [resource ?? '']
  return `${titles[progress.step]}: ${[items, ...bytes, ...rate, ...current].filter(Boolean).join(', ')}`
}

const titles: Record<Exclude<Progress['step'], 'connecting'>, string> = {
  listing: 'Backing up',
  related: 'Backing up related items',
  finishing: 'Finishing',
}
