import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeDocument } from '../../../lib/bucket/documents.ts'
import { BACKUPS, nameKey } from '../../../lib/bucket/record-kinds.ts'
import { openStore } from '../../../lib/store/open.ts'
import type { ObjectStore } from '../../../lib/store/types.ts'
import { type EmbeddedCluster, startEmbeddedCluster } from '../../../playground/cluster/cluster.ts'
import { readBackupFiles } from '../../helpers/backups.ts'
import { configMap, manifest, namespace } from '../../helpers/world.ts'

const program = fileURLToPath(new URL('../../../functions/run.ts', import.meta.url))

describe('a function in a process of its own', () => {
  let cluster: EmbeddedCluster
  let folder: string
  let store: ObjectStore
  /** Whether each list takes its time. */
  let slow = false
  beforeAll(async () => {
    cluster = await startEmbeddedCluster({
      faults: ({ path }) => (slow && /\?limit/.test(path) ? { delayMs: 200 } : undefined),
    })
    cluster.seed([namespace('shop'), configMap('shop/web')])
    folder = await mkdtemp(join(tmpdir(), 'lateen-run-'))
    await mkdir(join(folder, 'prod'))
    await writeFile(join(folder, 'kubeconfig'), cluster.kubeconfig)
    store = await openStore({ spec: { provider: 'file', objectStorage: { bucket: join(folder, 'prod') } } })
  })
  afterAll(async () => {
    await cluster.stop()
    await rm(folder, { recursive: true })
  })
  /** Nothing of this shell's settings counts. */
  const run = (...args: string[]) => runIn(folder, { LATEEN_BUCKET: `${pathToFileURL(folder).href}/prod` }, ...args)
  const runIn = (cwd: string, given: Record<string, string>, ...args: string[]) =>
    new Promise<{ code: number; stdout: string; stderr: string }>(resolve => {
      const env = { KUBECONFIG: join(folder, 'kubeconfig'), ...given }
      const child = execFile(process.execPath, [program, ...args], { env, cwd }, (_, stdout, stderr) =>
        resolve({ code: child.exitCode ?? -1, stdout, stderr }),
      )
      if (slow) child.stdout?.once('data', () => child.kill('SIGTERM'))
    })
  const lastLine = (text: string) => JSON.parse(text.trimEnd().split('\n').at(-1) ?? '') as unknown

  it('does what its event asks for, and prints the answer last', async () => {
    const { code, stdout } = await run('backup', JSON.stringify(manifest('direct', { includedNamespaces: ['shop'] })))
    expect(lastLine(stdout)).toMatchObject({ name: 'direct', phase: 'Completed', how: 'finished' })
    expect(code).toBe(0)
    expect((await readBackupFiles(store, 'direct')).list['v1/ConfigMap']).toContain('shop/web')
  })

  it("takes its timer's event where it is given none", async () => {
    expect(lastLine((await run('backup')).stdout)).toEqual([{ location: 'default', sent: [], problems: [] }])
    expect(lastLine((await run('gc')).stdout)).toMatchObject([{ task: 'collect default', how: 'finished' }])
  })

  it.each([
    [['shred'], 'expected backup, restore or gc, got "shred"'],
    [['restore'], 'restore needs an event'],
    [['backup', '{'], 'the event is no JSON'],
  ])('refuses a call that can not be meant: %j', async (args, reason) => {
    const { code, stderr } = await run(...args)
    expect(stderr).toContain(reason)
    expect(code).toBe(2)
  })

  it('ends with 1 where something could not be done, and says what', async () => {
    const restore = {
      kind: 'Restore',
      apiVersion: 'velero.io/v1',
      metadata: { name: 'r' },
      spec: { backupName: 'none' },
    }
    const { code, stderr } = await run('restore', JSON.stringify(restore))
    expect(code).toBe(1)
    expect(stderr).toContain('none')
  })

  it('stops at a checkpoint where the process is told to end, and goes on when it is called again', async () => {
    const message = JSON.stringify(manifest('stopped', { includedNamespaces: ['shop'] }))
    slow = true
    const first = await run('backup', message)
    slow = false
    expect(lastLine(first.stdout)).toMatchObject({ name: 'stopped', phase: 'InProgress', how: 'continued' })
    expect(first.code).toBe(0)
    expect(lastLine((await run('backup', message)).stdout)).toMatchObject({ phase: 'Completed', how: 'finished' })
  })

  it('goes on with a run that died, for no queue does', async () => {
    const home = await mkdtemp(join(folder, 'home-'))
    await writeFile(join(home, 'lateen.yaml'), LATEEN_YAML)
    const request = manifest('died', { includedNamespaces: ['shop'] })
    request.metadata.annotations = { 'lateen.io/cluster': 'prod' }
    const uid = request.metadata.uid ?? ''
    const claim = { uid, claimed: new Date(Date.now() - 600_000).toISOString(), request }
    await writeDocument(store, nameKey(BACKUPS, 'died'), claim, { ifNoneMatch: '*' })
    const { code, stdout } = await runIn(home, {}, 'gc')
    expect(lastLine(stdout)).toMatchObject([{ how: 'finished', problems: [] }])
    expect(code).toBe(0)
    expect((await readBackupFiles(store, 'died')).list['v1/ConfigMap']).toContain('shop/web')
  })
})

const LATEEN_YAML = `
clusters: [{name: prod, kubeconfig: ../kubeconfig, location: prod}]
locations: [{name: prod, provider: file, objectStorage: {bucket: ../prod}}]
`
