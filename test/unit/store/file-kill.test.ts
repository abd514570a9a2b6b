import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, it } from 'vitest'
import { FileStore } from '../../../lib/store/file/store.ts'

const key = 'metadata/shared'

/** Answers what the process acknowledged until `lines` of it; then it is killed by SIGKILL. */
async function runUntil(bucket: string, who: string, lines: number): Promise<string[]> {
  const script = join(import.meta.dirname, 'increment.ts')
  const child: ChildProcess = spawn(process.execPath, [script, bucket, key, who], { stdio: ['ignore', 'pipe', 'pipe'] })
  const exited = once(child, 'exit')
  let problem = ''
  child.stderr?.on('data', chunk => {
    problem += chunk
  })
  const acknowledged: string[] = []
  for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
    if (/^\d+-\d+-\d+$/.test(line)) acknowledged.push(line)
    if (acknowledged.length === lines) child.kill('SIGKILL')
  }
  const [, signal] = await exited
  if (signal !== 'SIGKILL') expect.fail(`the writer ended by itself: ${problem}`)
  return acknowledged
}

it('loses no acknowledged write and writes none twice, however often writers are killed', async () => {
  const bucket = await mkdtemp(join(tmpdir(), 'lateen-kill-'))
  try {
    const store = new FileStore(bucket, '')
    await store.put(key, 'start\n')
    const acknowledged = await Promise.all(
      [0, 1, 2].map(async writer => {
        const lines: string[] = []
        for (let life = 0; life < 6; life++) lines.push(...(await runUntil(bucket, `${writer}-${life}`, 3 + life * 2)))
        return lines
      }),
    )
    const { etag } = (await store.head(key)) ?? { etag: 'gone' }
    await store.put(key, `${await readFile(join(bucket, key), 'utf8')}end\n`, { ifMatch: etag })
    const lines = (await readFile(join(bucket, key), 'utf8')).trimEnd().split('\n')
    expect(lines.at(0)).toBe('start')
    expect(lines.at(-1)).toBe('end')
    expect(new Set(lines).size).toBe(lines.length)
    expect(lines).toEqual(expect.arrayContaining(acknowledged.flat()))
    // Each life's lines are in its own order: none was undone and made again.
    for (const own of acknowledged) {
      expect(lines.filter(line => own.includes(line))).toEqual(own)
    }
  } finally {
    await rm(bucket, { recursive: true })
  }
}, 60_000)
