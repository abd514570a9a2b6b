import { describe, expect, it } from 'vitest'
import { resultGroup, resultLine } from '../../../lib/velero/results.ts'

describe('results', () => {
  it("writes an entry as Velero's log hook does, with its leading space and literal slashes", () => {
    expect(resultLine({ message: 'Error backing up item', error: 'timed out', resource: 'pods', name: 'web-0' })).toBe(
      ' resource: /pods name: /web-0 message: /Error backing up item error: /timed out',
    )
    expect(resultLine({ message: 'Failed to discover group: metrics.example.com/v1beta1' })).toBe(
      ' message: /Failed to discover group: metrics.example.com/v1beta1',
    )
  })

  it('groups by namespace', () => {
    expect(resultGroup(undefined)).toBe('velero')
    expect(resultGroup('')).toBe('cluster')
    expect(resultGroup('shop')).toEqual({ namespace: 'shop' })
  })
})
