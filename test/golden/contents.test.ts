import { cp, mkdtemp, rm, stat, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { backupContents } from '../../lib/jobs/contents.ts'
import { lateen } from '../unit/cli/harness.ts'
import { onGoldenBuckets } from './buckets.ts'

onGoldenBuckets('what a backup holds', ({ folder, backups }) => {
  const run = (words: string) => lateen(words, { jobs: { backupContents }, env: { LATEEN_BUCKET: `file://${folder}` } })

  describe.each(Object.keys(backups))('of %s', name => {
    test('is listed, each object once', async () => {
      const { code, stdout } = await run(`backup ls ${name}`)
      const lines = stdout.trimEnd().split('\n')
      expect(code).toBe(0)
      expect(new Set(lines).size).toBe(lines.length)
      expect(lines).toSatisfy((all: string[]) => all.every(line => /^[a-z.0-9]+ \S+$/.test(line)))
    })

    test('is printed object by object, by any name of its kind', async () => {
      const [line = ''] = (await run(`backup ls ${name} pods`)).stdout.split('\n')
      const [, object = ''] = line.split(' ')
      for (const kind of ['pods', 'Pod', 'pod']) {
        const { code, stdout } = await run(`backup cat ${name} ${kind} ${object}`)
        const { kind: printed, metadata } = JSON.parse(stdout)
        expect([code, printed, `${metadata.namespace}/${metadata.name}`]).toEqual([0, 'Pod', object])
      }
    })

    test('and what it does not hold is told', async () => {
      expect(await run(`backup cat ${name} secrets nowhere/nothing`)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining(`the backup "${name}" has no secrets "nowhere/nothing"`),
      })
    })
  })
})

onGoldenBuckets('a damaged archive', ({ folder, backups }) => {
  test('is told of, and what it does not give is not said to be missing', async () => {
    const [name = ''] = Object.keys(backups)
    const copy = await mkdtemp(join(tmpdir(), 'lateen-test-'))
    try {
      await cp(`${folder}/backups/${name}`, `${copy}/backups/${name}`, { recursive: true })
      const archive = `${copy}/backups/${name}/${name}.tar.gz`
      await truncate(archive, Math.floor((await stat(archive)).size / 2))
      for (const words of [`backup ls ${name}`, `backup cat ${name} secrets nowhere/nothing`]) {
        const { code, stderr } = await lateen(words, {
          jobs: { backupContents },
          env: { LATEEN_BUCKET: `file://${copy}` },
        })
        expect([code, stderr]).toEqual([1, expect.stringContaining(`the backup "${name}" is damaged`)])
      }
    } finally {
      await rm(copy, { recursive: true })
    }
  })
})
