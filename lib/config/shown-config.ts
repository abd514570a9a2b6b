import { CONCURRENCY_ANNOTATION, RETENTION_ANNOTATION } from '../velero/annotations.ts'
import {
  type Config,
  type ConfiguredCluster,
  type ConfiguredLocation,
  type ConfiguredSchedule,
  clusterName,
  locationOf,
} from './config.ts'
import type { NotificationSettings } from './notifications.ts'

/** What stands in place of a secret. */
const HIDDEN = 'REDACTED'

type Fields = Record<string, unknown>

/** All that counts, in the form of lateen.yaml, for people: with what is only implied there, and without secrets. */
export function shownConfig(
  config: Config,
): Record<'clusters' | 'locations' | 'schedules', Fields[]> & { notifications?: Fields[] } {
  return {
    clusters: config.clusters.map(cluster => shownCluster(config, cluster)),
    locations: config.locations.map(location => shownLocation(config, location)),
    schedules: (config.schedules ?? []).map(shownSchedule),
    ...(config.notifications && { notifications: config.notifications.map(shownNotification) }),
  }
}

function shownCluster(config: Config, cluster: ConfiguredCluster): Fields {
  const {
    kubeconfig,
    kubeconfigText,
    kubeconfigSecret,
    kubeconfigParameter,
    context,
    eks,
    maxConcurrency,
    concurrentBackups,
  } = cluster
  return {
    name: clusterName(cluster),
    kubeconfig,
    // Tokens and keys may be in it.
    kubeconfigText: kubeconfigText && HIDDEN,
    kubeconfigSecret,
    kubeconfigParameter,
    context,
    eks,
    maxConcurrency,
    concurrentBackups,
    location: locationOf(config, cluster)?.name,
  }
}

function shownLocation({ readOnly }: Config, location: ConfiguredLocation): Fields {
  const { name, spec, credentialsFile, resultsLocation, retention, labels } = location
  const { provider, objectStorage, config, accessMode, ...rest } = spec
  return {
    name,
    provider,
    objectStorage,
    config,
    // The profile is in config, where Velero has it.
    credential: credentialsFile && { file: credentialsFile },
    ...rest,
    labels,
    accessMode: readOnly ? 'ReadOnly' : accessMode,
    resultsLocation,
    retention,
  }
}

function shownSchedule({ schedule: { metadata, spec }, clusters }: ConfiguredSchedule): Fields {
  const { schedule, template, ...rest } = spec
  return {
    name: metadata.name,
    schedule,
    template,
    clusters,
    labels: metadata.labels,
    ...rest,
    retention: metadata.annotations?.[RETENTION_ANNOTATION],
    concurrencyPolicy: metadata.annotations?.[CONCURRENCY_ANNOTATION],
  }
}

/** Whoever has a webhook's URL can write there. */
function shownNotification({ target: { kind, value }, ...rest }: NotificationSettings): Fields {
  return { [kind]: kind === 'webhook' ? HIDDEN : value, ...rest }
}
