import type { ArchiveMember } from '../bucket/archive-index.ts'
import { resultRow } from '../bucket/json-files.ts'
import { type SegmentStore, SortedRows, TextSegments } from '../bucket/segments.ts'
import { formatLogLine } from '../velero/log-line.ts'
import { resultLine } from '../velero/results.ts'
import type { Finding } from './select/types.ts'

/** How far the list of one unit has come; see cluster/list.ts for `token` and `after`. */
export interface Cursor {
  token: string
  after: string
  /** Of the names that orderedResources puts first: how many are done. */
  ordered?: number
  /** Nothing of the page of `token` was taken yet. */
  untouched?: true
  done?: true
}

/** Everything about the items of one member that is to be kept exactly if the member is. */
export interface Batch {
  items: number
  /** The smallest and the largest key of its items. */
  first: string
  last: string
  /** Rows of the resource list: `apps/v1/Deployment`, NUL, `ns/name`. */
  listed: string[]
  namespaces: Set<string>
  log: string[]
  findings: Finding[]
  wanted: string[]
  volumes: string[]
  unit: string
  cursor: Cursor
}

export function emptyBatch(unit: string, cursor: Cursor): Batch {
  return {
    items: 0,
    first: '',
    last: '',
    listed: [],
    namespaces: new Set(),
    log: [],
    findings: [],
    wanted: [],
    volumes: [],
    unit,
    cursor,
  }
}

/** What a checkpoint keeps of an account. */
export interface AccountState {
  counts: Counts
  cursors: Record<string, Cursor>
  namespaces: string[]
  resources: string[]
  wantedCounts: Record<string, number>
  firstFindings: { errors: string[]; warnings: string[] }
  segments: Record<'log' | 'index' | 'listed' | 'results' | 'wanted' | 'volumes', string[]>
}

export interface Counts {
  items: number
  errors: number
  warnings: number
  members: number
}

const STORED = 'Backed up item'
/** What stands in a log line without quotes. Namespaces and resources always do. */
const BARE = /^[\w.@^+-]+$/
/** Of each level, what a caller is shown without reading the results. */
const SHOWN_FINDINGS = 20

/**
 * All that a run keeps beside the archive: log, index, resource list, results, what is still wanted, and how far each
 * list has come. It changes only in `commit` and `report`, each in one go, so that a snapshot is always consistent.
 */
export class Account {
  readonly counts: Counts
  readonly cursors: Map<string, Cursor>
  /** Namespaces in which a list has yielded an item. */
  readonly namespaces: Set<string>
  /** Group-resources of which an item was stored. */
  readonly resources: Set<string>
  /** Per group-resource: how many related items are wanted, some maybe twice. */
  readonly wantedCounts: Map<string, number>
  readonly firstFindings: { errors: string[]; warnings: string[] }
  readonly log: TextSegments
  readonly index: TextSegments
  readonly listed: SortedRows
  readonly results: SortedRows
  readonly wanted: SortedRows
  readonly volumes: SortedRows
  #logFields: Record<string, string>
  #now: () => Date
  #storedSecond = -1
  #storedHead = ''

  constructor(options: { backup: string; segments: SegmentStore; now: () => Date; from?: AccountState }) {
    const { segments, from } = options
    this.counts = from?.counts ?? { items: 0, errors: 0, warnings: 0, members: 0 }
    this.cursors = new Map(Object.entries(from?.cursors ?? {}))
    this.namespaces = new Set(from?.namespaces)
    this.resources = new Set(from?.resources)
    this.wantedCounts = new Map(Object.entries(from?.wantedCounts ?? {}))
    this.firstFindings = from?.firstFindings ?? { errors: [], warnings: [] }
    this.log = new TextSegments('log', segments, from?.segments.log)
    this.index = new TextSegments('index', segments, from?.segments.index)
    this.listed = new SortedRows('listed', segments, from?.segments.listed)
    this.results = new SortedRows('results', segments, from?.segments.results)
    this.wanted = new SortedRows('wanted', segments, from?.segments.wanted)
    this.volumes = new SortedRows('volumes', segments, from?.segments.volumes)
    this.#logFields = { backup: options.backup }
    this.#now = options.now
  }

  commit(batch: Batch, member: ArchiveMember | undefined): void {
    if (member !== undefined) {
      this.index.add(`${JSON.stringify(member)}\n`)
      this.counts.members++
      if (member.resource !== '') this.resources.add(member.resource)
    }
    this.counts.items += batch.items
    for (const row of batch.listed) this.listed.add(row)
    for (const row of batch.volumes) this.volumes.add(row)
    for (const row of batch.wanted) this.#want(row)
    for (const namespace of batch.namespaces) this.namespaces.add(namespace)
    if (batch.log.length > 0) this.log.add(batch.log.join(''))
    for (const finding of batch.findings) this.report(finding)
    this.cursors.set(batch.unit, batch.cursor)
  }

  /** One line of the log; see velero/log-line.ts. */
  line(
    message: string,
    fields: Record<string, string | number> = {},
    level: 'info' | 'warning' | 'error' = 'info',
  ): string {
    return formatLogLine({ time: this.#now(), level, message, fields: { ...this.#logFields, ...fields } })
  }

  /** The line of a stored item, the same as `line` would give, from parts that seldom change: there is one an item. */
  storedLine({ name, namespace }: { name: string; namespace: string }, resource: string): string {
    if (!BARE.test(name)) return this.line(STORED, { name, namespace, resource })
    const second = Math.floor(this.#now().getTime() / 1000)
    if (second !== this.#storedSecond) {
      this.#storedSecond = second
      this.#storedHead = this.line(STORED).slice(0, -1)
    }
    return `${this.#storedHead} name=${name} namespace=${namespace} resource=${resource}\n`
  }

  info(message: string, fields: Record<string, string | number> = {}): void {
    this.log.add(this.line(message, fields))
  }

  /** Reports what each invocation of a run may find anew; `what` names it in checkpoints. */
  reportOnce(what: string, finding: Finding): void {
    if (this.cursors.has(what)) return
    this.commit({ ...emptyBatch(what, { token: '', after: '', done: true }), findings: [finding] }, undefined)
  }

  /** Errors and warnings stand in the log and in the results, and are counted, as in Velero. */
  report(finding: Finding): void {
    const { level, message, error, resource, namespace, name } = finding
    const fields = {
      ...(error !== undefined && { error }),
      ...(resource !== undefined && { resource }),
      ...(namespace !== undefined && { namespace }),
      ...(name !== undefined && { name }),
    }
    this.log.add(this.line(message, fields, level))
    const text = resultLine({
      message,
      ...(error !== undefined && { error }),
      ...(resource !== undefined && { resource }),
      ...(name !== undefined && { name }),
    })
    const count = level === 'error' ? ++this.counts.errors : ++this.counts.warnings
    this.results.add(resultRow(level, namespace, count, text))
    const shown = level === 'error' ? this.firstFindings.errors : this.firstFindings.warnings
    if (shown.length < SHOWN_FINDINGS) shown.push(namespace ? `${namespace}: ${text.trim()}` : text.trim())
  }

  /** Waits where more is on its way to the store than memory should hold. */
  async drained(): Promise<void> {
    await Promise.all(this.#all.map(segments => segments.drained()))
  }

  /** Done when nothing is on its way to the store any more, whether it arrived or not. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.#all.map(segments => segments.drained()))
  }

  /** The state at this very moment; the answer comes when all that it names is in the store. */
  async snapshot(): Promise<AccountState> {
    const state = {
      counts: { ...this.counts },
      cursors: Object.fromEntries(this.cursors),
      namespaces: [...this.namespaces],
      resources: [...this.resources],
      wantedCounts: Object.fromEntries(this.wantedCounts),
      firstFindings: structuredClone(this.firstFindings),
    }
    const names = ['log', 'index', 'listed', 'results', 'wanted', 'volumes'] as const
    const keys = await Promise.all(names.map(name => this[name].cut()))
    const segments = Object.fromEntries(names.map((name, i) => [name, keys[i]])) as AccountState['segments']
    return { ...state, segments }
  }

  get #all() {
    return [this.log, this.index, this.listed, this.results, this.wanted, this.volumes]
  }

  #want(row: string): void {
    this.wanted.add(row)
    const resource = row.slice(0, row.indexOf('\0'))
    this.wantedCounts.set(resource, (this.wantedCounts.get(resource) ?? 0) + 1)
  }
}
