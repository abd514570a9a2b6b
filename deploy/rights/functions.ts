export interface FunctionName {
  /** Of the function, in serverless.yml. */
  key: 'backup' | 'restore' | 'gc'
  /** How the names of its resources begin. */
  resource: 'Backup' | 'Restore' | 'Gc'
  /** Where it writes, below a location's prefix. */
  writes: readonly string[]
  /** The queues that it sends to and is told of; those of others get the requests of runs that died. */
  sendsTo: readonly string[]
  reachesClusters: boolean
}

export const FUNCTIONS: readonly FunctionName[] = [
  {
    key: 'backup',
    resource: 'Backup',
    writes: ['backups', 'metadata/lateen'],
    sendsTo: ['BackupQueue'],
    reachesClusters: true,
  },
  {
    key: 'restore',
    resource: 'Restore',
    writes: ['restores', 'metadata/lateen'],
    sendsTo: ['RestoreQueue'],
    reachesClusters: true,
  },
  {
    key: 'gc',
    resource: 'Gc',
    // It also ends runs that died, and takes up deletions.
    writes: ['backups', 'restores', 'metadata/lateen'],
    sendsTo: ['GcQueue', 'BackupQueue', 'RestoreQueue'],
    reachesClusters: false,
  },
]
