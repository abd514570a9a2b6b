import { describe, expect, it } from 'vitest'
import { BACKUPS, BackupExistsError } from '../../../lib/bucket/record-kinds.ts'
import { claimName, writeOutcome } from '../../../lib/bucket/runs.ts'
import { ConfigError } from '../../../lib/config/errors.ts'
import type { DeploymentSettings } from '../../../lib/config/types.ts'
import { LocationNotWritableError } from '../../../lib/jobs/errors.ts'
import { type Deployment, DeploymentError, sendRequest } from '../../../lib/jobs/remote.ts'
import type { BackupStorageLocationSpec } from '../../../lib/velero/types.ts'
import { putBackup } from '../../helpers/collected.ts'
import { MemoryStore } from '../../helpers/memory-store.ts'
import { manifest, restoreOf } from '../../helpers/world.ts'

const STACK: Record<string, string> = {
  BackupQueueUrl: 'https://sqs.eu-central-1.amazonaws.com/1/backups',
  RestoreQueueUrl: 'https://sqs.eu-central-1.amazonaws.com/1/restores',
}

function world(
  deployment: DeploymentSettings | undefined,
  accessMode: BackupStorageLocationSpec['accessMode'] = 'ReadWrite',
) {
  const store = new MemoryStore()
  const sent: unknown[][] = []
  const aws: Deployment = {
    async send(queue, message, region) {
      sent.push([queue, message.metadata.name, region])
    },
    outputs: async () => STACK,
  }
  const location = { name: 'default', spec: { provider: 'aws', objectStorage: { bucket: 'b' }, accessMode } }
  const settings = { cluster: {}, location, ...(deployment && { deployment }) }
  const send = (request = manifest('b1', {}, 'uid'), more: Partial<Deployment> = {}) =>
    sendRequest(settings, request, { openStore: async () => store }, { ...aws, ...more })
  return { store, sent, send, settings, aws }
}

describe('a request to the deployed functions', () => {
  it('goes to the queue that the stack names, in its region', async () => {
    const { sent, send, settings, store, aws } = world({ stack: 'lateen' })
    await send()
    await sendRequest(settings, restoreOf('r1', { backupName: 'b1' }), { openStore: async () => store }, aws)
    expect(sent).toEqual([
      [STACK.BackupQueueUrl, 'b1', 'eu-central-1'],
      [STACK.RestoreQueueUrl, 'r1', 'eu-central-1'],
    ])
  })

  it('goes to a queue that is configured, without a look at any stack', async () => {
    const { sent, send } = world({ backupQueue: 'http://127.0.0.1:9324/q', region: 'elsewhere' })
    await send(undefined, { outputs: () => expect.fail('no stack is configured') })
    expect(sent).toEqual([['http://127.0.0.1:9324/q', 'b1', 'elsewhere']])
  })

  it('whose name is taken is refused here, before it is sent', async () => {
    const { store, sent, send } = world({ stack: 'lateen' })
    await putBackup(store, 'b1')
    await expect(send()).rejects.toThrow(BackupExistsError)
    expect(sent).toEqual([])
  })

  it('takes a name that an earlier request had which was refused', async () => {
    const { store, sent, send } = world({ stack: 'lateen' })
    const [refused, ended] = [manifest('b1', {}, 'earlier'), '2026-11-22T08:00:00Z']
    await claimName(store, BACKUPS, refused, 'earlier', new Date(ended))
    await expect(send()).rejects.toThrow(BackupExistsError)
    const record = { ...refused, status: { phase: 'FailedValidation' as const } }
    await writeOutcome(store, { uid: 'earlier', name: 'b1', ended, record, errors: [], warnings: [] })
    await send()
    expect(sent).toHaveLength(1)
  })

  it('is refused where no deployment is configured, none for its kind, or the location must not be written to', async () => {
    await expect(world(undefined).send()).rejects.toThrow(ConfigError)
    await expect(world({ restoreQueue: 'https://q' }).send()).rejects.toThrow('the deployment has no backupQueue')
    await expect(world({ stack: 'lateen' }, 'ReadOnly').send()).rejects.toThrow(LocationNotWritableError)
  })

  it('that cannot be sent says why, and what to look at', async () => {
    const { send } = world({ stack: 'lateen' })
    const denied = async () => Promise.reject(new Error('not authorized to perform: sqs:SendMessage'))
    await expect(send(undefined, { send: denied })).rejects.toThrow(DeploymentError)
    const missing = async () => Promise.reject(new Error('Stack with id lateen does not exist'))
    await expect(send(undefined, { outputs: missing })).rejects.toThrow(
      "the outputs of the stack lateen can't be read: Stack with id lateen does not exist",
    )
    await expect(send(undefined, { outputs: async () => ({}) })).rejects.toThrow('has no output BackupQueueUrl')
  })
})
