import { child, type JsonObject, text } from './json.ts'

/** A job selects its pods by its own uid, unless its author said otherwise. */
export function admitJob(job: JsonObject): void {
  const metadata = job.metadata as JsonObject
  const spec = child(job, 'spec')
  if (spec.manualSelector === true) return
  const [uid, name] = [text(metadata.uid), text(metadata.name)]
  const labels = child(child(child(spec, 'template'), 'metadata'), 'labels')
  const own = {
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': name,
    'controller-uid': uid,
    'job-name': name,
  }
  for (const [key, value] of Object.entries(own)) labels[key] ??= value
  child(child(spec, 'selector'), 'matchLabels')['batch.kubernetes.io/controller-uid'] ??= uid
  if (metadata.labels === undefined) metadata.labels = { ...labels }
}
