// Whom a configuration tells of the ends of runs; docs/observability.md.

/** The phases in which a run may end. */
export const END_PHASES = ['Completed', 'PartiallyFailed', 'Failed', 'FailedValidation'] as const
export type EndPhase = (typeof END_PHASES)[number]

/** The ways in which somebody can be told; each entry has one. */
export const TARGETS = ['topic', 'eventBus', 'webhook', 'webhookSecret'] as const
export type TargetKind = (typeof TARGETS)[number]

/** One entry: who is told, and of which runs. Checked. */
export interface NotificationSettings {
  target: {
    kind: TargetKind
    /** An ARN, a name or a URL. A webhook's URL is a secret: it lets whoever has it write there. */
    value: string
  }
  phases: readonly EndPhase[]
  /** Names; without them all. */
  clusters?: readonly string[]
  schedules?: readonly string[]
}

export const DEFAULT_PHASES: readonly EndPhase[] = ['PartiallyFailed', 'Failed', 'FailedValidation']
