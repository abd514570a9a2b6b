import type { Output } from '../cli.ts'

export interface ProgressDisplay<Step> {
  show(step: Step): void
  /** Removes what is only of the moment; call it before anything else is printed. */
  end(): void
}

/** How often a run that no terminal watches tells how far it is. */
const PLAIN_INTERVAL_MS = 5000

/** Live progress: one line that is redrawn on a terminal, else a line now and then. No colours. `describe` makes the line. */
export function progressDisplay<Step extends { elapsedMs: number }>(
  output: Output,
  describe: (step: Step) => string,
): ProgressDisplay<Step> {
  return output.isTTY ? liveLine(output, describe) : plainLines(output, describe)
}

function liveLine<Step>(output: Output, describe: (step: Step) => string): ProgressDisplay<Step> {
  const erase = '\r\u001b[K'
  let drawn = false
  return {
    show(step) {
      const line = describe(step)
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

function plainLines<Step extends { elapsedMs: number }>(
  output: Output,
  describe: (step: Step) => string,
): ProgressDisplay<Step> {
  let next = PLAIN_INTERVAL_MS
  return {
    show(step) {
      if (step.elapsedMs < next) return
      next = step.elapsedMs + PLAIN_INTERVAL_MS
      output.write(`${describe(step)}\n`)
    },
    end() {},
  }
}
