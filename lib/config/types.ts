import type { BackupStorageLocationSpec } from '../velero/types.ts'
import type { NotificationSettings } from './notifications.ts'

/** How to reach one cluster. Exactly one way is used: `eks`, else `kubeconfigSecret`, else `kubeconfigParameter`, else `kubeconfigText`, else `kubeconfig`, else kubectl's rules, else the pod's service account. */
export interface ClusterSettings {
  /** The name by which messages and records call it; absent: the context's or EKS cluster's. */
  name?: string
  /** Path of a kubeconfig file. */
  kubeconfig?: string
  /** A kubeconfig's text, as from a secret. */
  kubeconfigText?: string
  /** A secret of AWS Secrets Manager that holds a kubeconfig; its name or ARN. */
  kubeconfigSecret?: string
  /** A parameter of AWS Systems Manager that does. */
  kubeconfigParameter?: string
  context?: string
  eks?: { cluster: string; region?: string; roleArn?: string; externalId?: string }
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

/** How the functions are deployed, and where they take requests: by their stack's outputs, or by queues that are named. */
export interface DeploymentSettings {
  /** The name of a CloudFormation stack. */
  stack?: string
  region?: string
  /** URLs of queues. */
  backupQueue?: string
  restoreQueue?: string
  stage?: string
  /** One that the deployment makes. */
  bucket?: { name: string; versioning?: boolean; objectLock?: { mode: 'GOVERNANCE' | 'COMPLIANCE'; days: number } }
  kmsKeyArn?: string
  vpc?: { subnetIds: string[]; securityGroupIds: string[] }
  /** Of each function, in MB. */
  memory?: { backup?: number; restore?: number; gc?: number }
  /** Of all clusters together. */
  concurrentBackups?: number
  droppedRestores?: boolean
  logRetentionDays?: number
  alarmTopicArn?: string
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
