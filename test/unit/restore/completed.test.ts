import { expect, test } from 'vitest'
import { isCompleted, isMirrorPod } from '../../../lib/restore/completed.ts'
import { object } from './actions/items.ts'

test.each([
  ['pods', { phase: 'Succeeded' }, true],
  ['pods', { phase: 'Failed' }, true],
  ['pods', { phase: 'Running' }, false],
  ['pods', {}, false],
  ['pods', null, false],
  ['jobs.batch', { completionTime: '2026-01-01T00:00:00Z' }, true],
  ['jobs.batch', { completionTime: '' }, false],
  ['jobs.batch', { completionTime: null }, false],
  ['jobs.batch', { phase: 'Failed' }, false],
  ['jobs.example.com', { completionTime: 'x' }, false],
  ['constructor', { phase: 'Failed' }, false],
])('%s with status %j has ended: %s', (resource, status, ended) => {
  expect(isCompleted(resource, object({ status }))).toBe(ended)
})

test.each([
  [{ phase: 5 }, '.status.phase accessor error: 5 is of the type float64, expected string'],
  [{ phase: ['x'] }, '.status.phase accessor error: ["x"] is of the type []interface {}, expected string'],
  ['x', '.status.phase accessor error: "x" is of the type string, expected map[string]interface {}'],
])("a pod's status %j is an error that names the field", (status, message) => {
  expect(() => isCompleted('pods', object({ status }))).toThrow(message)
})

test('a mirror pod is known by its annotation', () => {
  const mirror = object({ metadata: { annotations: { 'kubernetes.io/config.mirror': 'x' } } })
  expect(isMirrorPod('pods', mirror)).toBe(true)
  expect(isMirrorPod('pods', object({}))).toBe(false)
  expect(isMirrorPod('configmaps', mirror)).toBe(false)
})
