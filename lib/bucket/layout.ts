// Every key of a location, in one place. The first part is Velero's (pkg/persistence/object_store_layout.go); what is
// Lateen's own lies under metadata/lateen/ or beside Velero's files, because Velero calls a location unavailable that
// has a top-level folder which it does not know.

export const backupsPrefix = 'backups/'

const backupFile = (suffix: string) => (name: string) => `backups/${name}/${name}${suffix}`

export const backupRecordKey = (name: string) => `backups/${name}/velero-backup.json`
export const backupArchiveKey = backupFile('.tar.gz')
export const backupLogKey = backupFile('-logs.gz')
export const backupResultsKey = backupFile('-results.gz')
export const backupResourceListKey = backupFile('-resource-list.json.gz')
export const backupVolumeInfoKey = backupFile('-volumeinfo.json.gz')
export const backupItemOperationsKey = backupFile('-itemoperations.json.gz')
export const backupPodVolumeBackupsKey = backupFile('-podvolumebackups.json.gz')
export const backupVolumeSnapshotsKey = backupFile('-volumesnapshots.json.gz')
export const backupCsiVolumeSnapshotsKey = backupFile('-csi-volumesnapshots.json.gz')
export const backupCsiVolumeSnapshotContentsKey = backupFile('-csi-volumesnapshotcontents.json.gz')

/** Ours: one row per archive member, see archive-index.ts. */
export const backupIndexKey = backupFile('-lateen-index.json.gz')
/** Ours: size and SHA-256 of every other file of the backup but the record. */
export const backupManifestKey = backupFile('-lateen-manifest.json')

export const restoresPrefix = 'restores/'

const restoreFile = (suffix: string) => (name: string) => `restores/${name}/restore-${name}${suffix}`

export const restoreLogKey = restoreFile('-logs.gz')
export const restoreResultsKey = restoreFile('-results.gz')
export const restoreResourceListKey = restoreFile('-resource-list.json.gz')
export const restoreItemOperationsKey = restoreFile('-itemoperations.json.gz')
/** Without `restore-` before the name, as in Velero. */
export const restoreVolumeInfoKey = (name: string) => `restores/${name}/${name}-volumeinfo.json.gz`
/** Ours: the record, written last. Velero keeps none in the bucket. */
export const restoreRecordKey = (name: string) => `restores/${name}/velero-restore.json`

export const lateenPrefix = 'metadata/lateen/'
/** Where a Restore manifest may be dropped: `requests/NAME.json`. */
export const requestsPrefix = `${lateenPrefix}requests/`
/** What is being deleted, and why: `deletions/backups/NAME.json`, from before the record goes until all has gone. */
export const deletionsPrefix = `${lateenPrefix}deletions/`
/** What each collection of what had expired decided and did. */
export const collectionsPrefix = `${lateenPrefix}gc/`
/** What `lateen doctor` writes to try a location, and deletes again: `doctor/ID/...`. */
export const doctorPrefix = `${lateenPrefix}doctor/`
/** When backups are made by themselves: `schedules/NAME.json`. */
export const schedulesPrefix = `${lateenPrefix}schedules/`
/** Which runs may be at work on a cluster at the same time: `slots/CLUSTER-N.json`. */
export const slotsPrefix = `${lateenPrefix}slots/`
export const runsPrefix = `${lateenPrefix}runs/`

export const scheduleKey = (name: string) => `${schedulesPrefix}${name}.json`

/** The nth of a cluster's slots, from 1; a name that comes from a kubeconfig may hold anything. */
export const slotKey = (cluster: string, n: number) => `${slotsPrefix}${encodeURIComponent(cluster)}-${n}.json`

export const runPrefix = (uid: string) => `${runsPrefix}${uid}/`
export const runLeaseKey = (uid: string) => `${runsPrefix}${uid}/lease.json`
export const runCheckpointKey = (uid: string) => `${runsPrefix}${uid}/checkpoint.json`
/** That the run is to end; see cancellation.ts. */
export const runCancelKey = (uid: string) => `${runsPrefix}${uid}/cancel.json`
export const runOutcomeKey = (uid: string) => `${runsPrefix}${uid}/outcome.json`
/** Who has been told how it ended; see notified.ts. */
export const runNotifiedKey = (uid: string) => `${runsPrefix}${uid}/notified.json`
/** What a run puts aside before its files are whole. Each epoch has its own names, so that a dead holder's late write harms nothing. */
export const runSegmentKey = (uid: string, epoch: number, name: string) =>
  `${runsPrefix}${uid}/segments/${epoch}-${name}`

/** Which request has a name, from the claim of the name until its backup or restore is deleted. */
export const backupNamesPrefix = `${lateenPrefix}names/backups/`
export const restoreNamesPrefix = `${lateenPrefix}names/restores/`
