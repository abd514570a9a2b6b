import type { KubeObject } from '../types.ts'

/** One step from a version that Kubernetes removed to one that took its place. */
export interface ConversionRule {
  /** Plural. */
  resource: string
  /** `extensions/v1beta1` */
  from: string
  to: string
  /** Changes the object in place, but for its apiVersion; absent where both versions have one shape. Throws InvalidObjectError. */
  change?: (object: KubeObject) => void
  /** What differs between the two, or since when the old one is gone. */
  reason: string
}
