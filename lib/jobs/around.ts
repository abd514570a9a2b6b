import { setTimeout as sleep } from 'node:timers/promises'
import { SIZES, type Sizes } from '../bucket/sizes.ts'
import { type Connection, connect } from '../cluster/connect.ts'
import type { NotificationSettings } from '../config/notifications.ts'
import type { ClusterSettings, LocationSettings } from '../config/types.ts'
import { openStore } from '../store/open.ts'
import type { ObjectStore } from '../store/types.ts'
import type { Notice } from './notify/notice.ts'

/** What a job takes from around it, so that tests can own it. */
export interface Around {
  openStore(location: LocationSettings): Promise<ObjectStore>
  connect(cluster: ClusterSettings): Promise<Connection>
  sleep(ms: number): Promise<unknown>
  sizes: Sizes
  /** Tells one target, by one try. Throws NotDeliveredError. */
  deliver(settings: NotificationSettings, notice: Notice): Promise<void>
}

export const AROUND: Around = {
  openStore,
  connect: cluster => connect(cluster),
  sleep: ms => sleep(ms),
  sizes: SIZES,
  // Loaded by those who have somebody to tell.
  deliver: async (settings, notice) => (await import('./notify/deliver.ts')).deliver(settings, notice),
}
