import { CONCURRENCY_ANNOTATION, RETENTION_ANNOTATION } from '../../velero/annotations.ts'
import { bucketAndPrefix } from '../../velero/bsl.ts'
import { parseSchedule } from '../../velero/schema.ts'
import type { ConfiguredCluster, ConfiguredLocation, ConfiguredSchedule } from '../config.ts'
import { resolvePath } from '../files.ts'
import { DEFAULT_PHASES, type NotificationSettings, TARGETS } from '../notifications.ts'
import type { FileCluster, FileLocation, FileNotification, FileSchedule } from './schema.ts'

/** A cluster of lateen.yaml as settings; paths start at the file's folder. */
export function clusterSettings(cluster: FileCluster, folder: string, home: string): ConfiguredCluster {
  const { kubeconfig, eks, ...rest } = cluster
  return defined({
    ...rest,
    kubeconfig: kubeconfig && resolvePath(kubeconfig, folder, home),
    eks: eks && defined(eks),
  }) as ConfiguredCluster
}

/** A location of lateen.yaml, checked before, as settings; paths start at the file's folder. */
export function locationSettings(location: FileLocation, folder: string, home: string): ConfiguredLocation {
  const { name, credential, objectStorage, config, resultsLocation, retention, labels, ...rest } = location
  const { bucket, prefix } = location.provider.endsWith('file')
    ? { bucket: resolvePath(objectStorage.bucket, folder, home), prefix: objectStorage.prefix }
    : bucketAndPrefix({ objectStorage: { bucket: objectStorage.bucket, prefix: objectStorage.prefix ?? '' } })
  const merged = {
    ...(config?.s3Url && { s3ForcePathStyle: 'true' }),
    ...config,
    ...(credential?.profile !== undefined && { profile: credential.profile }),
  }
  return {
    name,
    ...(resultsLocation !== undefined && { resultsLocation }),
    ...(retention !== undefined && { retention }),
    ...(labels && { labels }),
    ...(credential?.file !== undefined && { credentialsFile: resolvePath(credential.file, folder, home) }),
    spec: {
      ...defined(rest),
      objectStorage: {
        bucket,
        ...(prefix && { prefix }),
        ...(objectStorage.caCert !== undefined && { caCert: objectStorage.caCert }),
      },
      ...(Object.keys(merged).length > 0 && { config: merged }),
    } as ConfiguredLocation['spec'],
  }
}

/** A schedule of lateen.yaml as Velero's. Throws InvalidManifestError. */
export function scheduleSettings(file: FileSchedule): ConfiguredSchedule {
  const { name, labels, clusters, retention, concurrencyPolicy, template = {}, ...spec } = file
  const annotations = defined({
    [RETENTION_ANNOTATION]: retention,
    [CONCURRENCY_ANNOTATION]: concurrencyPolicy,
  })
  const schedule = parseSchedule({
    kind: 'Schedule',
    apiVersion: 'velero.io/v1',
    metadata: { name, labels, annotations },
    spec: { ...spec, template },
  })
  return { schedule, ...(clusters && { clusters }) }
}

/** Who is told of what, by an entry that was checked before. */
export function notificationSettings(file: FileNotification): NotificationSettings {
  const { phases = DEFAULT_PHASES, clusters, schedules } = file
  const kind = TARGETS.find(each => file[each] !== undefined) ?? 'topic'
  return {
    target: { kind, value: file[kind] ?? '' },
    phases,
    ...(clusters && { clusters }),
    ...(schedules && { schedules }),
  }
}

/** Without the keys that hold `undefined`. */
function defined(object: object): object {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined))
}
