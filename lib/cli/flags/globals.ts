import type { Command } from 'commander'
import type { SettingsFlags } from '../../config/sources.ts'
import { flag } from './define.ts'
import { bool, type OptionalBool, optionalBoolValue, string } from './kinds.ts'

/** The flags that every command takes: where the cluster and the bucket are. */
export interface GlobalFlags extends SettingsFlags {
  namespace?: string
  colorized?: OptionalBool
}

export function addGlobalFlags(program: Command): void {
  program.optionsGroup('Cluster:')
  flag(
    program,
    '--kubeconfig',
    string,
    "Path to the kubeconfig file to use; without it $KUBECONFIG, ~/.kube/config, or the pod's service account.",
  )
  flag(
    program,
    '--kubecontext',
    string,
    'The context of the kubeconfig to use; without it LATEEN_KUBECONTEXT or the current one.',
  )
  flag(program, '--cluster', string, 'One of the clusters in lateen.yaml.')
  program.optionsGroup('Bucket:')
  flag(
    program,
    '--bucket',
    string,
    'Where backups lie: s3://NAME[/PREFIX] or file:///FOLDER; without it LATEEN_BUCKET or lateen.yaml.',
  )
  flag(
    program,
    '--s3-url',
    string,
    'URL of an S3-compatible endpoint, such as http://minio:9000; without it LATEEN_S3_URL or AWS.',
  )
  flag(program, '--region', string, "The bucket's region; without it AWS_REGION or the bucket's own.")
  flag(program, '--profile', string, 'A profile of the AWS credentials file.')
  flag(program, '--credentials-file', string, 'An AWS credentials file; without it the standard places of the AWS SDK.')
  flag(program, '--cacert', string, "A certificate bundle to verify the endpoint's TLS with; without it LATEEN_CACERT.")
  flag(
    program,
    '--read-only',
    bool,
    'Write nothing to the bucket: restores are recorded elsewhere, backups refused; without it LATEEN_READ_ONLY.',
  )
  program.optionsGroup('Other:')
  flag(
    program,
    '--config',
    string,
    'The lateen.yaml to use; without it LATEEN_CONFIG or the one in the working folder.',
  )
  flag(
    program,
    '-n, --namespace',
    string,
    "The namespace that backups, restores and schedules are recorded under, as Velero's own; without it VELERO_NAMESPACE or velero.",
  )
  flag(
    program,
    '--colorized',
    optionalBoolValue,
    'Whether `describe` prints in colour; without it, on a terminal, unless NO_COLOR is set.',
  )
}
