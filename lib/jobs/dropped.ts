import type { S3EventRecord } from 'aws-lambda'
import { readBytes } from '../bucket/documents.ts'
import { requestsPrefix } from '../bucket/layout.ts'
import { isFolder } from '../config/location.ts'
import type { LocationSettings } from '../config/types.ts'
import type { ObjectStore } from '../store/types.ts'
import { LOCATION_ANNOTATION } from '../velero/annotations.ts'
import { InvalidManifestError } from '../velero/schema.ts'
import type { Restore } from '../velero/types-restore.ts'
import { parseMessage, restoreOf } from './messages.ts'

export type OpenStore = (location: LocationSettings) => Promise<ObjectStore>

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
  open: OpenStore,
): Promise<Restore> {
  const bucket = s3.bucket.name
  const path = decoded(s3.object.key)
  const url = `s3://${bucket}/${path}`
  if (!eventName.startsWith('ObjectCreated:'))
    throw new InvalidManifestError(`${eventName} of ${url} drops no manifest`, { next: NOTIFICATION })
  const location = locations.find(known => isRequest(known, bucket, path))
  if (location === undefined)
    throw new InvalidManifestError(`${url} is not ${requestsPrefix}NAME.json of a configured location`, {
      next: NOTIFICATION,
    })
  const text = await readText(location, path.slice(above(location).length), url, open)
  const restore = restoreOf(parseMessage(text), `${url}\n${text}`)
  const annotations = { [LOCATION_ANNOTATION]: location.name, ...restore.metadata.annotations }
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

function isRequest(location: LocationSettings, bucket: string, path: string): boolean {
  if (isFolder(location) || location.spec.objectStorage.bucket !== bucket) return false
  const folder = above(location) + requestsPrefix
  return path.startsWith(folder) && /^[^/]+\.json$/.test(path.slice(folder.length))
}

/** What stands before every key of a location. */
function above({ spec: { objectStorage } }: LocationSettings): string {
  return objectStorage.prefix ? `${objectStorage.prefix}/` : ''
}

async function readText(location: LocationSettings, key: string, url: string, open: OpenStore): Promise<string> {
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
