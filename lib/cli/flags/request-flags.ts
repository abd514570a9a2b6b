import type { Command } from 'commander'
import type { GoDuration } from '../../velero/types.ts'
import { flag } from './define.ts'
import * as kind from './kinds.ts'

/** What both kinds of requests can say of themselves and of how they are run. */
export interface RequestFlags {
  labels?: Record<string, string>
  annotations?: Record<string, string>
  itemOperationTimeout?: GoDuration
  storageLocation?: string
  wait?: boolean
  remote?: boolean
  /** In ms. */
  timeLimit?: number
}

export type Noun = 'backup' | 'restore' | 'schedule' | 'backup-location'

export function addLabelFlags(command: Command, noun: Noun): void {
  flag(command, '--labels', kind.mapStringString, `Labels for the ${noun}.`)
  flag(command, '--annotations', kind.mapStringString, `Annotations for the ${noun}.`)
}

export function addItemOperationTimeoutFlag(command: Command): void {
  flag(command, '--item-operation-timeout', kind.duration, 'How long to wait for operations of plugins.')
}

/** `purpose`: `The location to write to`. */
export function addLocationFlag(command: Command, purpose: string): void {
  flag(command, '--storage-location', kind.string, `${purpose}, by its name in lateen.yaml.`)
}

export function addRunFlags(command: Command, noun: Noun): void {
  const text = `Print the lines that Velero prints while it waits; with --remote, wait. Without, the command ends with the ${noun} either way.`
  flag(command, '-w, --wait', kind.bool, text)
  flag(command, '--remote', kind.bool, `Send the ${noun} to the deployed functions, instead of making it here.`)
  addTimeLimitFlag(command)
}

export function addTimeLimitFlag(command: Command): void {
  const text = 'Stop at a checkpoint after this time, such as 10m, and end with 6; the same command goes on.'
  flag(command, '--time-limit', kind.timeLimit, text)
}
