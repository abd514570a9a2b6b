import type { Timestamp } from './types.ts'

/** As Kubernetes writes a time: UTC, whole seconds (cut off, not rounded). */
export function timestamp(date: Date): Timestamp {
  return `${date.toISOString().slice(0, 19)}Z`
}

const RFC3339 = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})$/

/** Whether Kubernetes reads this text as a time. */
export function isTimestamp(text: string): boolean {
  return RFC3339.test(text) && !Number.isNaN(Date.parse(text))
}
