import type { Cli } from '../cli.ts'

// Marks that stand for escape sequences while a text is aligned, where escape sequences of data are made harmless. They are
// characters that Unicode keeps for uses like this; in data they could do no more than colour a word.
const BOLD = '\ufdd0'
const GREEN = '\ufdd1'
const RED = '\ufdd2'
const NOT_BOLD = '\ufdd3'
const PLAIN = '\ufdd4'

const SEQUENCES: Record<string, string> = {
  [BOLD]: '\u001b[1m',
  [GREEN]: '\u001b[32m',
  [RED]: '\u001b[31m',
  [NOT_BOLD]: '\u001b[22m',
  [PLAIN]: '\u001b[0m',
}

export function bold(text: string): string {
  return `${BOLD}${text}${NOT_BOLD}`
}

export function red(text: string): string {
  return `${RED}${text}${PLAIN}`
}

const PHASES: Record<string, string> = {
  Completed: GREEN,
  Enabled: GREEN,
  FailedValidation: RED,
  PartiallyFailed: RED,
  Failed: RED,
}

/** A phase in Velero's colour for it; `shown` where something follows it. */
export function phaseInColour(phase: string, shown = phase): string {
  const colour = PHASES[phase]
  return colour === undefined ? shown : `${colour}${shown}${PLAIN}`
}

/** A text with its marks as escape sequences, or without them. */
export function painted(text: string, inColour: boolean): string {
  return text.replace(/[\ufdd0-\ufdd4]/g, mark => (inColour ? (SEQUENCES[mark] ?? '') : ''))
}

/** Where nobody says, on a terminal, unless https://no-color.org is obeyed. */
export function wantsColour({ stdout, env }: Pick<Cli, 'stdout' | 'env'>, colorized: boolean | undefined): boolean {
  return colorized ?? (stdout.isTTY === true && !env.NO_COLOR)
}
