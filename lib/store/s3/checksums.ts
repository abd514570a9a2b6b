import type { CompletedPart } from '@aws-sdk/client-s3'
import type { Part } from '../types.ts'
import type { Checksum, S3Settings } from './settings.ts'

// S3 wants the checksums of all parts again at completion, so a part's etag carries its own: `"ETAG";CRC32=VALUE`.

type Answer = { ETag?: string | undefined } & { [K in `Checksum${Checksum}`]?: string | undefined }

export function checksumOf({ checksum }: S3Settings): { ChecksumAlgorithm?: Checksum } {
  return checksum === undefined ? {} : { ChecksumAlgorithm: checksum }
}

export function partOf(partNumber: number, answer: Answer, { checksum }: S3Settings): Part {
  const value = checksum && answer[`Checksum${checksum}`]
  return { partNumber, etag: `${answer.ETag ?? ''}${value ? `;${checksum}=${value}` : ''}` }
}

export function completedPart({ partNumber, etag }: Part): CompletedPart {
  const [, ETag = etag, algorithm, value] = /^([^;]*);(\w+)=(.*)$/.exec(etag) ?? []
  return { PartNumber: partNumber, ETag, ...(algorithm && { [`Checksum${algorithm}`]: value }) }
}
