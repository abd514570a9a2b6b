import type { SegmentStore } from '../segments.ts'
import type { Wants } from './types.ts'

export interface SourceOptions {
  /** Where members go that do not fit into memory. */
  scratch: SegmentStore
  /** Entries that nobody wants are dropped as early as can be. The same for everyone who takes a run over. */
  wants: Wants
  /** Of compressed members that are kept in memory, where there is no index. Default 24 MiB. */
  memoryBytes?: number
  /** Bytes of archive read so far, where it is read through. */
  onProgress?(bytes: number): void
  signal?: AbortSignal
}
