import { describe, expect, it } from 'vitest'
import type { WithClient } from '../cluster.ts'

export function accessTests(client: WithClient): void {
  describe('access', () => {
    it('is refused with 401 to a token that nobody has', async () => {
      expect(await client().get('/api/v1/namespaces', { authorization: 'Bearer wrong' })).toMatchObject({
        status: 401,
        body: { kind: 'Status', status: 'Failure', message: 'Unauthorized', reason: 'Unauthorized', code: 401 },
      })
    })

    it('is refused with 403 to somebody without a token', async () => {
      expect(await client().get('/api/v1/namespaces', { authorization: '' })).toMatchObject({
        status: 403,
        body: {
          message:
            'namespaces is forbidden: User "system:anonymous" cannot list resource "namespaces" in API group "" at the cluster scope',
          reason: 'Forbidden',
          details: { kind: 'namespaces' },
        },
      })
    })
  })
}
