import { InvalidObjectError } from '../errors.ts'
import { copyJson, isObject, objectAt } from '../json.ts'
import type { KubeObject } from '../types.ts'

/** Only what older versions had: an order to roll back, and a count that the API server keeps. */
const GONE = ['rollbackTo', 'templateGeneration']

/**
 * Deployments and the like, to apps/v1. Their other defaults were written out when they were read from an API server;
 * a selector may be missing, and then meant the labels of the template.
 */
export function workloadV1(workload: KubeObject): void {
  const spec = objectAt(workload, 'spec')
  if (spec === undefined) throw new InvalidObjectError('spec is missing')
  for (const field of GONE) delete spec[field]
  if (isObject(spec.selector)) return
  const labels = objectAt(spec, 'template', 'metadata', 'labels') ?? {}
  if (Object.keys(labels).length === 0) {
    throw new InvalidObjectError('spec.selector is missing, and the template has no labels to take its place')
  }
  spec.selector = { matchLabels: copyJson(labels) }
}
