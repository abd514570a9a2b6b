import { InvalidObjectError } from '../errors.ts'
import { isObject, objectAt, objectsAt, textAt } from '../json.ts'
import type { JsonObject, KubeObject } from '../types.ts'

type Source = (source: JsonObject) => JsonObject

/** The kinds of metrics, from autoscaling/v2beta1 to v2: what is measured and what it is to be are objects of their own. */
const SOURCES: Record<string, readonly [field: string, convert: Source]> = {
  Object: [
    'object',
    ({ target, metricName, targetValue, averageValue, selector }) => ({
      describedObject: target,
      metric: metric(metricName, selector),
      target: given(averageValue) ? average(averageValue) : { type: 'Value', value: targetValue },
    }),
  ],
  Pods: [
    'pods',
    ({ metricName, targetAverageValue, selector }) => ({
      metric: metric(metricName, selector),
      target: average(targetAverageValue),
    }),
  ],
  Resource: ['resource', source => ({ name: source.name, target: usage(source) })],
  ContainerResource: [
    'containerResource',
    source => ({ name: source.name, container: source.container, target: usage(source) }),
  ],
  External: [
    'external',
    ({ metricName, metricSelector, targetValue, targetAverageValue }) => ({
      metric: metric(metricName, metricSelector),
      target: given(targetAverageValue) ? average(targetAverageValue) : { type: 'Value', value: targetValue },
    }),
  ],
}

/** HorizontalPodAutoscalers of autoscaling/v2beta1. */
export function autoscalingV2(autoscaler: KubeObject): void {
  for (const [i, entry] of objectsAt(autoscaler, 'spec', 'metrics').entries()) {
    const type = textAt(entry, 'type')
    const [field, convert] = (Object.hasOwn(SOURCES, type) && SOURCES[type]) || []
    const source = field === undefined ? undefined : objectAt(entry, field)
    if (field === undefined || convert === undefined || !isObject(source)) {
      throw new InvalidObjectError(`spec.metrics[${i}] is of type ${JSON.stringify(type)} and has no such metric`)
    }
    entry[field] = convert(source)
  }
}

function metric(name: unknown, selector: unknown): JsonObject {
  return { name, ...(given(selector) && { selector }) }
}

function average(averageValue: unknown): JsonObject {
  return { type: 'AverageValue', averageValue }
}

function usage({ targetAverageUtilization: averageUtilization, targetAverageValue }: JsonObject): JsonObject {
  return given(averageUtilization) ? { type: 'Utilization', averageUtilization } : average(targetAverageValue)
}

function given(value: unknown): boolean {
  return value !== undefined && value !== null
}
