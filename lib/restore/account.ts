import { resultRow } from '../bucket/json-files.ts'
import { type SegmentStore, SortedRows, TextSegments } from '../bucket/segments.ts'
import { formatLogLine, type LogLevel } from '../velero/log-line.ts'
import type { RestoreFinding } from './types.ts'

/** What became of an object, as the resource list tells it. */
export type ItemAction = 'created' | 'updated' | 'skipped' | 'failed'

export interface Counts {
  /** Objects dealt with: the sum of the four below. */
  items: number
  created: number
  updated: number
  skipped: number
  failed: number
  errors: number
  warnings: number
}

/** All that is to be kept of one object. */
export interface ItemOutcome {
  /** Of the backup's object: `apps/v1/Deployment`. */
  kind: string
  resource: string
  /** In the target cluster. */
  namespace: string
  name: string
  action: ItemAction
  /** For the log: why it was skipped. */
  why?: string
  findings: readonly RestoreFinding[]
  /** Failed for the same reason as many others: counted there, and told once. */
  group?: Omit<FailureGroup, 'items'>
}

/** Many objects that failed for one reason. */
export interface FailureGroup {
  level: 'error' | 'warning'
  /** Of the results; see RestoreFinding. */
  namespace?: string
  message: string
  items: number
}

/** What a checkpoint keeps of an account. */
export interface AccountState {
  counts: Counts
  groups: FailureGroup[]
  firstFindings: { errors: string[]; warnings: string[] }
  segments: Record<'log' | 'listed' | 'results', string[]>
}

/** Of each level, what a caller is shown without reading the results. */
const SHOWN_FINDINGS = 20

const TITLES: Record<ItemAction, string> = {
  created: 'Created',
  updated: 'Updated',
  skipped: 'Skipped',
  failed: 'Failed',
}

/**
 * All that a restore keeps beside the cluster: counts, log, resource list, results. It changes only in `add`, `report`
 * and `close`, each in one go, so that a snapshot is always consistent.
 */
export class RestoreAccount {
  readonly counts: Counts
  readonly firstFindings: { errors: string[]; warnings: string[] }
  readonly log: TextSegments
  readonly listed: SortedRows
  readonly results: SortedRows
  readonly #groups: Map<string, FailureGroup>
  readonly #restore: string
  readonly #now: () => Date

  /** `restore`: `velero/name`, for the log. */
  constructor(options: { restore: string; segments: SegmentStore; now: () => Date; from?: AccountState }) {
    const { restore, segments, now, from } = options
    this.counts = from?.counts ?? { items: 0, created: 0, updated: 0, skipped: 0, failed: 0, errors: 0, warnings: 0 }
    this.#groups = new Map(from?.groups.map(group => [groupKey(group), group]))
    this.firstFindings = from?.firstFindings ?? { errors: [], warnings: [] }
    this.log = new TextSegments('log', segments, from?.segments.log)
    this.listed = new SortedRows('listed', segments, from?.segments.listed)
    this.results = new SortedRows('results', segments, from?.segments.results)
    this.#restore = restore
    this.#now = now
  }

  add(outcome: ItemOutcome): void {
    const { kind, resource, namespace, name, action, why, findings, group } = outcome
    this.counts.items++
    this.counts[action]++
    this.listed.add(`${kind}\0${namespace === '' ? name : `${namespace}/${name}`}(${action})`)
    const fields = { resource, namespace, name, ...(why !== undefined && { reason: why }) }
    this.log.add(this.#line(TITLES[action], fields, 'info'))
    for (const finding of findings) this.report(finding)
    if (group === undefined) return
    const held = this.#groups.get(groupKey(group))
    if (held === undefined) this.#groups.set(groupKey(group), { ...group, items: 1 })
    else held.items++
  }

  info(message: string, fields: Record<string, string | number> = {}): void {
    this.log.add(this.#line(message, fields, 'info'))
  }

  /** Errors and warnings stand in the log and in the results, and are counted, as in Velero. */
  report({ level, message, namespace }: RestoreFinding): void {
    const title = namespace === undefined ? 'Velero restore' : namespace === '' ? 'Cluster resource restore' : ''
    const text = title === '' ? `Namespace ${namespace}, resource restore ${level}` : `${title} ${level}`
    this.log.add(this.#line(`${text}: ${message}`, {}, level))
    const count = level === 'error' ? ++this.counts.errors : ++this.counts.warnings
    this.results.add(resultRow(level, namespace, count, message))
    const shown = level === 'error' ? this.firstFindings.errors : this.firstFindings.warnings
    if (shown.length < SHOWN_FINDINGS) shown.push(namespace ? `${namespace}: ${message}` : message)
  }

  /** Tells of the groups, with how many objects each holds. Nothing is added afterwards. */
  close(): void {
    for (const { items, message, ...finding } of this.#groups.values())
      this.report({ ...finding, message: `${message} (${items} ${items === 1 ? 'object' : 'objects'} not restored)` })
    this.#groups.clear()
  }

  /** Waits where more is on its way to the store than memory should hold. */
  async drained(): Promise<void> {
    await Promise.all([this.log.drained(), this.listed.drained(), this.results.drained()])
  }

  /** Done when nothing is on its way to the store any more, whether it arrived or not. */
  async idle(): Promise<void> {
    await Promise.allSettled([this.log.drained(), this.listed.drained(), this.results.drained()])
  }

  /** The state at this very moment; the answer comes when all that it names is in the store. */
  async snapshot(): Promise<AccountState> {
    const state = {
      counts: { ...this.counts },
      groups: [...this.#groups.values()].map(group => ({ ...group })),
      firstFindings: structuredClone(this.firstFindings),
    }
    const [log, listed, results] = await Promise.all([this.log.cut(), this.listed.cut(), this.results.cut()])
    return { ...state, segments: { log, listed, results } }
  }

  #line(message: string, fields: Record<string, string | number>, level: LogLevel): string {
    return formatLogLine({ time: this.#now(), level, message, fields: { ...fields, restore: this.#restore } })
  }
}

function groupKey({ level, namespace, message }: Omit<FailureGroup, 'items'>): string {
  return JSON.stringify([level, namespace, message])
}
