// Lateen's own annotations on Backups, Restores and Schedules. What they are for: docs/bucket-layout.md.

/** The cluster of a request, by its name in lateen.yaml; on a record, the cluster that it was. */
export const CLUSTER_ANNOTATION = 'lateen.io/cluster'
/** What `get` shows beside a backup. */
export const NOTE_ANNOTATION = 'lateen.io/note'
/** The location that a Restore is from, by its name in lateen.yaml. */
export const LOCATION_ANNOTATION = 'lateen.io/storage-location'
/** On the record of a Restore that is kept elsewhere than its backup: the location of that. */
export const ELSEWHERE_ANNOTATION = 'lateen.io/backup-location'
/** Which kinds the existing-resource policy `recreate` is for, by name, separated by commas. */
export const RECREATE_ANNOTATION = 'lateen.io/recreate-resources'
/** The YAML of resource modifiers, in place of a ConfigMap in the cluster. */
export const MODIFIERS_ANNOTATION = 'lateen.io/resource-modifiers'
/** Velero's --restore-resource-priorities, for one Restore. */
export const PRIORITIES_ANNOTATION = 'lateen.io/restore-resource-priorities'
/** Of a Schedule or a Backup: how many backups stay, in place of a time to live. */
export const RETENTION_ANNOTATION = 'lateen.io/retention'
/** Of a Schedule: whether a run starts while an earlier one is at work, in the words of Kubernetes' CronJob. */
export const CONCURRENCY_ANNOTATION = 'lateen.io/concurrency-policy'
/** Of a Schedule: where it comes from. */
export const SOURCE_ANNOTATION = 'lateen.io/source'
/** Its value for one that lateen.yaml describes, which is kept as it is there. */
export const FROM_CONFIG = 'config'
/** Of a Schedule: a run that was claimed and that may not have been sent yet. */
export const UNSENT_ANNOTATION = 'lateen.io/unsent-run'
