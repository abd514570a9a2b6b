import { ListMultipartUploadsCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3'
import type { ListPage, Upload } from '../types.ts'

/** Lists keys without the location's prefix. XML can't hold all characters of a key, hence the URL encoding. */
export async function* listObjects(
  client: S3Client,
  bucket: string,
  root: string,
  prefix: string,
  delimiter?: '/',
): AsyncGenerator<ListPage> {
  let token: string | undefined
  do {
    const page = await client.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: root + prefix,
        Delimiter: delimiter,
        ContinuationToken: token,
        EncodingType: 'url',
      }),
    )
    const decode = decoder(page.EncodingType)
    const keyOf = (text: string | undefined) => decode(text ?? '').slice(root.length)
    const objects = (page.Contents ?? []).map(object => ({
      key: keyOf(object.Key),
      size: object.Size ?? 0,
      etag: object.ETag ?? '',
      lastModified: object.LastModified ?? new Date(0),
    }))
    const prefixes = (page.CommonPrefixes ?? []).map(found => keyOf(found.Prefix))
    // The location's own folder as an object, which consoles make, is not an object of the location.
    yield { objects: objects.filter(object => object.key !== ''), prefixes }
    token = page.IsTruncated ? page.NextContinuationToken : undefined
  } while (token !== undefined)
}

/** Stores that are not AWS may know no prefix but a whole key here (MinIO), so all are asked for and sieved. */
export async function* listUploads(
  client: S3Client,
  bucket: string,
  root: string,
  askPrefix: boolean,
): AsyncGenerator<Upload> {
  let marker: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } | undefined = {}
  while (marker) {
    const page: Awaited<ReturnType<typeof uploadsPage>> = await uploadsPage(
      client,
      bucket,
      askPrefix ? root : '',
      marker,
    )
    const decode = decoder(page.EncodingType)
    for (const upload of page.Uploads ?? []) {
      const key = decode(upload.Key ?? '')
      if (!key.startsWith(root)) continue
      yield { key: key.slice(root.length), uploadId: upload.UploadId ?? '', initiated: upload.Initiated ?? new Date(0) }
    }
    marker = page.IsTruncated
      ? { KeyMarker: decode(page.NextKeyMarker ?? ''), UploadIdMarker: page.NextUploadIdMarker }
      : undefined
  }
}

function uploadsPage(client: S3Client, bucket: string, prefix: string, marker: object) {
  return client.send(
    new ListMultipartUploadsCommand({
      Bucket: bucket,
      ...(prefix !== '' && { Prefix: prefix }),
      EncodingType: 'url',
      ...marker,
    }),
  )
}

export function decoder(encoding: string | undefined): (text: string) => string {
  return encoding === 'url' ? text => decodeURIComponent(text.replaceAll('+', ' ')) : text => text
}
