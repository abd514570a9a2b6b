import { InvalidInputError } from '../velero/errors.ts'
import { type Part, StoreError } from './types.ts'

const maxPartNumber = 10_000
/** S3's, for every part but the last one. */
export const minPartBytes = 5 * 1024 * 1024

export function checkPartNumber(partNumber: number): void {
  if (Number.isInteger(partNumber) && partNumber >= 1 && partNumber <= maxPartNumber) return
  throw new InvalidInputError(`part numbers run from 1 to ${maxPartNumber}; ${partNumber} is none`)
}

/** What S3 demands of the parts of a completion, so that every store demands it. */
export function checkParts(key: string, parts: Part[]): void {
  if (parts.length === 0)
    throw new InvalidInputError(`the upload of ${JSON.stringify(key)} can't be completed without parts`)
  for (const [index, { partNumber }] of parts.entries()) {
    checkPartNumber(partNumber)
    if (partNumber <= (parts[index - 1]?.partNumber ?? 0)) {
      throw new StoreError(
        `the parts of the upload of ${JSON.stringify(key)} do not ascend: ${partNumber} comes after ${parts[index - 1]?.partNumber}`,
        { code: 'InvalidPartOrder' },
      )
    }
  }
}
