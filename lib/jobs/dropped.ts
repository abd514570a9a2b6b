import type { S3EventRecord } from 'aws-lambda'
import { readBytes } from '../bucket/documents.ts'
import { lateenPrefix } from '../bucket/layout.ts'
import { isFolder } from '../config/location.ts'
import type { LocationSettings } from '../config/types.ts'
import type { ObjectStore } from '../store/types.ts'
import { InvalidManifestError } from '../velero/schema.ts'
import type { Restore } from '../velero/types-restore.ts'
import { parseMessage, restoreOf } from './messages.ts'

/** The location to restore from, where it is not the cluster's own. */
export const LOCATION_ANNOTATION = 'lateen.io/storage-location'

/** Where a Restore manifest is dropped: `requests/NAME.json`. */
export const requestsPrefix = `${lateenPrefix}requests/`

/** A message of a queue holds 1 MiB, and JSON may grow when it is written anew. */
const MAX_BYTES = 512 * 1024

/**
 * The restore that an object asks for which was dropped into a location; it restores from there unless it says otherwise.
 * Without a uid it gets one that follows from bucket, key and content, so that an event that comes twice, or the same
 * content dropped again, is the same request. Throws InvalidManifestError, and the store's errors.
 */
export async function readDropped(
  { eventName, s3 }: S3EventRecord,
  locations: readonly LocationSettings[],
  open: (location: LocationSettings) => Promise<ObjectStore>,
): Promise<Restore> {
  const bucket = s3.bucket.name
  const path = decoded(s3.object.key)
  const url = `s3://${bucket}/${path}`
  if (!/^(s3:)?ObjectCreated:/.test(eventName))
    throw new InvalidManifestError(`${eventName} of ${url} drops no manifest`, { next: NOTIFICATION })
  const found = locations.flatMap(location => {
    const key = isFolder(location) ? undefined : requestKey(location, bucket, path)
    return key === undefined ? [] : [{ location, key }]
  })[0]
  if (found === undefined)
    throw new InvalidManifestError(`${url} is no ${requestsPrefix}NAME.json of a configured location`, {
      next: NOTIFICATION,
    })
  const text = await readText(found, url, open)
  const restore = restoreOf(parseMessage(text), `${url}\n${text}`)
  const annotations = { [LOCATION_ANNOTATION]: found.location.name, ...restore.metadata.annotations }
  return { ...restore, metadata: { ...restore.metadata, annotations } }
}

const NOTIFICATION = `Let the bucket tell of created objects below ${requestsPrefix} of a configured location only.`

/** Keys in events are encoded as in a form. */
function decoded(key: string): string {
  const spaced = key.replaceAll('+', ' ')
  try {
    return decodeURIComponent(spaced)
  } catch {
    return spaced
  }
}

/** The key below the location's prefix, if it is a request's. */
function requestKey({ spec }: LocationSettings, bucket: string, path: string): string | undefined {
  const { bucket: own, prefix } = spec.objectStorage
  const above = prefix ? `${prefix}/` : ''
  if (own !== bucket || !path.startsWith(above + requestsPrefix)) return undefined
  return /^[^/]+\.json$/.test(path.slice(above.length + requestsPrefix.length)) ? path.slice(above.length) : undefined
}

async function readText(
  { location, key }: { location: LocationSettings; key: string },
  url: string,
  open: (location: LocationSettings) => Promise<ObjectStore>,
): Promise<string> {
  const store = await open(location)
  try {
    const info = await store.head(key)
    if (info === undefined) throw new InvalidManifestError(`${url} is not there any more`)
    if (info.size > MAX_BYTES)
      throw new InvalidManifestError(`${url} has ${info.size} bytes, and ${MAX_BYTES} is the limit of a manifest`)
    return (await readBytes(store, key)).toString('utf8')
  } finally {
    await store.close()
  }
}
