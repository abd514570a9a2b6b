import { readFile } from 'node:fs/promises'
import type { ServerSideEncryption } from '@aws-sdk/client-s3'
import { InvalidInputError, messageOf } from '../../velero/errors.ts'
import type { S3Settings } from './settings.ts'

/** What the settings add to requests. */
export interface Parameters {
  /** To whatever makes an object. */
  create: { ServerSideEncryption?: ServerSideEncryption; SSEKMSKeyId?: string; Tagging?: string }
  /** To whatever carries or reads content: the SDK encodes the key and adds its MD5. */
  content: { SSECustomerAlgorithm?: 'AES256'; SSECustomerKey?: string }
}

export async function parametersOf(settings: S3Settings): Promise<Parameters> {
  const { serverSideEncryption, kmsKeyId, tagging, customerKeyFile } = settings
  return {
    create: {
      ...(serverSideEncryption !== undefined && { ServerSideEncryption: serverSideEncryption as ServerSideEncryption }),
      ...(kmsKeyId !== undefined && { SSEKMSKeyId: kmsKeyId }),
      ...(tagging !== undefined && { Tagging: tagging }),
    },
    content:
      customerKeyFile === undefined
        ? {}
        : { SSECustomerAlgorithm: 'AES256', SSECustomerKey: await customerKey(customerKeyFile) },
  }
}

/** In base64, so that all byte values survive. */
async function customerKey(path: string): Promise<string> {
  const field = 'spec.config.customerKeyEncryptionFile'
  const key = await readFile(path).catch(cause => {
    throw new InvalidInputError(`${field} can't be read: ${messageOf(cause)}`, { cause })
  })
  if (key.length === 32) return key.toString('base64')
  throw new InvalidInputError(`${field} ${path} has ${key.length} bytes; an SSE-C key has exactly 32`)
}
