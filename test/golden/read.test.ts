import { readdir, readFile, stat } from 'node:fs/promises'
import { buffer, text } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { getBackup, listBackups, openBackupArchive, openBackupLogs } from '../../lib/jobs/read.ts'
import { readableFinding } from '../../lib/velero/finding.ts'
import { parseLogLine } from '../../lib/velero/log-line.ts'
import type { Result, Results } from '../../lib/velero/results.ts'
import { onGoldenBuckets } from './buckets.ts'

const messages = ({ velero = [], cluster = [], namespaces = {} }: Result) => [
  ...velero,
  ...cluster,
  ...Object.values(namespaces).flat(),
]

onGoldenBuckets('a bucket is read', ({ folder, backups }) => {
  const settings = {
    cluster: {},
    location: { name: 'default', spec: { provider: 'file', objectStorage: { bucket: folder } } },
  }
  const names = Object.keys(backups)
  const state = async () => {
    const files = (await readdir(folder, { recursive: true })).sort()
    return Promise.all(files.map(async file => `${file} ${(await stat(`${folder}/${file}`)).mtimeMs}`))
  }
  const plain = async (file: string) => gunzipSync(await readFile(`${folder}/${file}`)).toString()
  let before: string[]
  beforeAll(async () => {
    before = await state()
  })
  afterAll(async () => {
    expect(await state()).toEqual(before)
  })

  test('all of its backups are listed, as they ended', async () => {
    const damaged: Error[] = []
    const views = await listBackups(settings, error => damaged.push(error))
    expect(damaged).toEqual([])
    expect(
      views.map(({ backup: { metadata, status }, note }) => [
        metadata.name,
        status?.phase,
        [status?.errors ?? 0, status?.warnings ?? 0],
        note,
      ]),
    ).toEqual(Object.entries(backups).map(([name, counts]) => [name, 'Completed', counts, undefined]))
  })

  test.each(names)('%s has its record, field for field', async name => {
    const { backup } = await getBackup(settings, name)
    expect(backup).toEqual(JSON.parse(await readFile(`${folder}/backups/${name}/velero-backup.json`, 'utf8')))
  })

  test.each(names)('%s has its log, of which every line is understood', async name => {
    const log = await text(await openBackupLogs(settings, name))
    expect(log).toBe(await plain(`backups/${name}/${name}-logs.gz`))
    const lines = log.trimEnd().split('\n').map(parseLogLine)
    expect(lines.length).toBeGreaterThan(100)
    expect(lines.filter(line => line?.fields.backup !== `velero/${name}`)).toEqual([])
    expect(lines.filter(line => line?.level === 'warning')).toHaveLength(backups[name]?.[1] ?? 0)
  })

  test.each(names)('%s has its archive, byte for byte', async name => {
    const archive = await buffer(await openBackupArchive(settings, name))
    expect(archive.equals(await readFile(`${folder}/backups/${name}/${name}.tar.gz`))).toBe(true)
  })

  test('every finding of its backups and restores is shown in words', async () => {
    const files = (await readdir(folder, { recursive: true })).filter(file => file.endsWith('-results.gz'))
    expect(files.length).toBeGreaterThan(0)
    for (const file of files) {
      const { errors, warnings } = JSON.parse(await plain(file)) as Results
      for (const finding of [...messages(errors), ...messages(warnings)])
        expect(readableFinding(finding)).not.toMatch(/(message|error|name|resource): \//)
    }
  })
})
