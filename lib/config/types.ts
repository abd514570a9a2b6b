import type { BackupStorageLocationSpec } from '../velero/types.ts'
import type { NotificationSettings } from './notifications.ts'

/** How to reach one cluster. Exactly one way is used: `eks`, else `kubeconfigText`, else `kubeconfig`, else kubectl's rules, else the pod's service account. */
export interface ClusterSettings {
  /** The name by which messages and records call it; absent: the context's or EKS cluster's. */
  name?: string
  /** Path of a kubeconfig file. */
  kubeconfig?: string
  /** A kubeconfig's text, as from a secret. */
  kubeconfigText?: string
  context?: string
  eks?: { cluster: string; region?: string; roleArn?: string }
  /** The ceiling of requests in flight under flow control; default 16, and 32 for a restore. */
  maxConcurrency?: number
  /** How many backups that a queue brings may be at work at the same time; default 1. */
  concurrentBackups?: number
}

/** Where backups lie: Velero's BackupStorageLocation and, for S3, where its credentials come from. */
export interface LocationSettings {
  /** The BackupStorageLocation's name; `default` unless configured. */
  name: string
  spec: BackupStorageLocationSpec
  /** An AWS shared-credentials file, as in Velero's cloud-credentials Secret; absent: the AWS SDK's standard chain. */
  credentialsFile?: string
  /** How many backups stay, in place of a time to live, as parseRetention reads it; checked. */
  retention?: string
}

/** Where the deployed functions take requests: by their stack's outputs, or by queues that are named. */
export interface DeploymentSettings {
  /** The name of a CloudFormation stack. */
  stack?: string
  region?: string
  /** URLs of queues. */
  backupQueue?: string
  restoreQueue?: string
}

/** One checked value from flags, environment and lateen.yaml, in that precedence. */
export interface Settings {
  cluster: ClusterSettings
  location: LocationSettings
  /** Where restores from a location that must not be written to are recorded, with their logs and results; absent: in the location. */
  results?: LocationSettings
  /** Whom to tell how runs end. */
  notifications?: readonly NotificationSettings[]
  /** Of --remote; absent where none is configured. */
  deployment?: DeploymentSettings
}
