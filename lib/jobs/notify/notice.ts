import type { Recorded } from '../../bucket/record-kinds.ts'
import type { LocationSettings } from '../../config/types.ts'
import { readableFinding } from '../../velero/finding.ts'
import type { Timestamp } from '../../velero/types.ts'
import type { Findings } from '../desk.ts'
import { factsOfRequest } from '../measures.ts'
import { type Report, reportOf } from './report.ts'
import { textOf } from './text.ts'

/** How a run ended, as whoever is notified is told: the JSON of docs/observability.md. */
export interface Notice {
  version: 1
  /** One sentence for people; servers that take Slack's messages show it. */
  text: string
  kind: Recorded['kind']
  name: string
  uid: string
  phase: string
  cluster?: string
  /** Where its record is. */
  location: string
  schedule?: string
  /** Of a restore: what it is from. */
  backup?: string
  started?: Timestamp
  ended: Timestamp
  items: number
  warnings: number
  errors: number
  /** The first of each. */
  findings: Findings
  failureReason?: string
  validationErrors?: string[]
  report: Report
  /** What shows all of it. */
  command: string
}

export interface Ended extends Findings {
  record: Recorded
  ended: Timestamp
}

/** Of each kind of finding. */
const FINDINGS = 3
/** Of one, in characters: a message may be as long as an API server likes. */
const LENGTH = 500

/** `region`: of the environment, for a location that names none. */
export function noticeOf(
  { record, ended, errors, warnings }: Ended,
  { name: location, spec }: LocationSettings,
  region: string | undefined,
): Notice {
  const { kind, metadata, status = {} } = record
  const { cluster, schedule } = factsOfRequest(record)
  const { phase = 'Failed', failureReason, validationErrors, startTimestamp } = status
  const { name, uid = '' } = metadata
  const told = {
    ...{ kind, name, uid, phase, ...(cluster && { cluster }), location },
    ...(schedule && { schedule }),
    ...(record.kind === 'Restore' && record.spec.backupName && { backup: record.spec.backupName }),
    ...(startTimestamp && { started: startTimestamp }),
    ended: status.completionTimestamp ?? ended,
    items: itemsOf(record),
    // Of what was refused there are no counts.
    warnings: status.warnings ?? 0,
    errors: status.errors ?? errors.length,
    findings: { errors: first(errors), warnings: first(warnings) },
    ...(failureReason && { failureReason: cut(failureReason) }),
    ...(validationErrors && { validationErrors: first(validationErrors) }),
    report: reportOf(record, spec, region),
    command: commandOf(record, cluster, location),
  }
  return { version: 1, text: textOf(told), ...told }
}

function itemsOf(record: Recorded): number {
  const done =
    record.kind === 'Backup' ? record.status?.progress?.itemsBackedUp : record.status?.progress?.itemsRestored
  return done ?? 0
}

function commandOf({ kind, metadata }: Recorded, cluster: string | undefined, location: string): string {
  const place = cluster === undefined ? `--storage-location ${location}` : `--cluster ${cluster}`
  return `lateen ${kind.toLowerCase()} describe ${metadata.name} --details ${place}`
}

const first = (texts: readonly string[]) => texts.slice(0, FINDINGS).map(text => cut(readableFinding(text)))
const cut = (text: string) => (text.length > LENGTH ? `${text.slice(0, LENGTH)}...` : text)
