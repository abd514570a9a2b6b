import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { endToEnd } from '../e2e/helpers/environment.ts'
import { FunctionPool } from './harness/pool.ts'

const MEMORY_MB = 256

/** What the other tests lean on: that a function here has no more than it has at AWS. */
endToEnd('the local Lambda', () => {
  let folder: string
  let pool: FunctionPool
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lateen-probe-'))
    const task = join(folder, 'task')
    await cp(fileURLToPath(new URL('probe', import.meta.url)), task, { recursive: true })
    const fn = {
      ...{
        name: 'probe',
        arn: 'arn:aws:lambda:eu-central-1:123456789012:function:probe',
        handler: 'index.handler',
        zip: '',
      },
      ...{ memoryMb: MEMORY_MB, storageMb: 16, timeoutMs: 5_000, runtime: 'nodejs24.x', region: 'eu-central-1' },
      environment: { GIVEN: 'by the template' },
    }
    const credentials = { accessKeyId: 'a', secretAccessKey: 's', sessionToken: 't' }
    const runtime = inject('deployed')?.runtime ?? ''
    const root = await mkdtemp(join(folder, 'root-'))
    pool = new FunctionPool(fn, { task, runtime, root, credentials, network: {} })
  })
  afterAll(async () => {
    await pool.cool()
    await rm(folder, { recursive: true })
  })

  test("gives a function Lambda's environment, nothing of this machine's, and nothing to write to but /tmp", async () => {
    const told = (await pool.answer({})) as { [field: string]: unknown; environment: string[]; heapMb: number }
    expect(told).toMatchObject({
      writes: { task: 'EROFS', home: 'ENOENT', root: 'EROFS', temporary: 'done' },
      reads: 'ENOENT',
      cwd: '/var/task',
      arn: pool.fn.arn,
      node: process.versions.node,
    })
    expect(told.environment).toEqual(
      expect.arrayContaining(['GIVEN', 'AWS_REGION', 'LAMBDA_TASK_ROOT', 'AWS_SESSION_TOKEN']),
    )
    for (const own of ['KUBECONFIG', 'HOME', 'S3_ENDPOINT']) expect(told.environment).not.toContain(own)
    if (process.getuid?.() === 0) expect(told.uid).toBe(993)
    expect(told.heapMb).toBeLessThan(MEMORY_MB * 1.2)
    expect(told.remainingMs).toBeGreaterThan(4_000)
    expect(told.remainingMs).toBeLessThanOrEqual(5_000)
  })

  test('uses an instance again, frozen in between', async () => {
    await pool.answer({ later: 'thawed' })
    const before = pids()
    expect(pool.lines).not.toContainEqual(expect.stringContaining('thawed'))
    await pool.answer({ stay: true })
    expect(pids()).toEqual(before)
    expect(pool.lines).toContainEqual(expect.stringContaining('thawed'))
  })

  test('tells errors, kills at the end of the time, and replaces what died', async () => {
    expect(await pool.call({ throw: 'up' })).toMatchObject({ how: 'failed', error: { errorMessage: 'up' } })
    pool.timeoutMs = 500
    expect(await pool.call({ hang: true })).toMatchObject({ how: 'timedOut' })
    expect(pool.instances).toEqual([])
    pool.timeoutMs = pool.fn.timeoutMs
    expect(await pool.call({ exit: true })).toMatchObject({ how: 'died' })
    expect(pool.instances).toEqual([])
    await pool.answer({})
  })

  const pids = () => pool.instances.map(({ pid }) => pid)
})
