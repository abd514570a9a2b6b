import type { ObjectInfo } from '../types.ts'

interface Headers {
  ContentLength?: number | undefined
  ETag?: string | undefined
  LastModified?: Date | undefined
}

/** An object from the headers of an answer. */
export function infoOf(key: string, answer: Headers): ObjectInfo {
  return {
    key,
    size: answer.ContentLength ?? 0,
    etag: answer.ETag ?? '',
    lastModified: answer.LastModified ?? new Date(0),
  }
}
