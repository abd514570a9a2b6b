import type { ApiResource, Discovery, Transport } from '../cluster/types.ts'
import type { Backup } from '../velero/types.ts'
import type { ActionContext } from './actions/index.ts'
import type { Sink } from './lane.ts'
import type { NamespaceInfo, Selection } from './select/types.ts'

/** Everything that the stages of one run work with. */
export interface RunContext {
  backup: Backup
  transport: Transport
  discovery: Discovery
  selection: Selection
  /** Existing namespaces at the start. */
  namespaces: readonly NamespaceInfo[]
  sink: Sink
  /** For objects of a kind; the cluster's bindings are read before the first service account is stored. */
  actionContext(resource: ApiResource): Promise<ActionContext>
  control: RunControl
  progress: RunProgress
}

/** How a run is told to end early. */
export interface RunControl {
  /** Aborted where going on makes no sense: the lease is lost, the user insists. */
  signal: AbortSignal
  /** Ends all that goes on, where a part of it has failed for good. */
  abort(reason: unknown): void
  /** The deadline is near, or the user asked to stop: end at the next page, a checkpoint follows. */
  stopping(): boolean
}

/** What a run counts for whoever watches; in memory only. */
export interface RunProgress {
  seen: number
  bytesRead: number
  /** List pages read to their end. */
  pages: number
  resource?: string
}
