import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { describeBackups, describeRestores } from '../../lib/jobs/describe.ts'
import { getBackup, listBackups } from '../../lib/jobs/read.ts'
import { getRestore, listRestores } from '../../lib/jobs/read-restores.ts'
import { lateen } from '../unit/cli/harness.ts'
import { onGoldenBuckets } from './buckets.ts'

const jobs = { listBackups, getBackup, describeBackups, listRestores, getRestore, describeRestores }

onGoldenBuckets('all of a bucket is described', ({ folder, backups }) => {
  const describing = (words: string) =>
    lateen(words, { jobs, env: { LATEEN_BUCKET: `file://${folder}` }, now: '2026-11-27T00:00:00Z' })
  const json = async (file: string) => JSON.parse(gunzipSync(await readFile(`${folder}/${file}`)).toString())
  const count = (lists: Record<string, string[]>) => Object.values(lists).flat().length
  const listed = (text: string) => text.split('\n').filter(line => line.startsWith('    - ')).length

  test.each(Object.keys(backups))('the backup %s, with all that it holds', async name => {
    const { code, stdout, stderr } = await describing(`backup describe ${name} --details`)
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain('\nPhase:  Completed\n')
    const list = await json(`backups/${name}/${name}-resource-list.json.gz`)
    expect(listed(stdout)).toBe(count(list))
    expect(stdout).not.toMatch(/undefined|<error|NaN/)
    const document = JSON.parse((await describing(`backup describe ${name} --details -o json`)).stdout)
    const files = await readdir(`${folder}/backups/${name}`)
    expect(document.status.resourceList).toEqual(list)
    expect(document.lateen).toMatchObject({ files: files.length, warnings: backups[name]?.[1] })
    expect(document.lateen.archiveBytes).toBe((await readFile(`${folder}/backups/${name}/${name}.tar.gz`)).length)
  })

  test.each(
    existsSync(`${folder}/restores`) ? [''] : [],
  )('its restores, with what became of each object%s', async () => {
    for (const name of await readdir(`${folder}/restores`)) {
      const { code, stdout, stderr } = await describing(`restore describe ${name} --details`)
      expect([code, stderr]).toEqual([0, ''])
      expect(stdout).toMatch(/^Backup: {2}\w+/m)
      expect(stdout).toMatch(/\nLateen:\n {2}Record: +<none>/)
      expect(stdout).not.toMatch(/undefined|<error|NaN|auto\n/)
      const file = `restores/${name}/restore-${name}-resource-list.json.gz`
      if (existsSync(`${folder}/${file}`)) {
        const list: Record<string, string[]> = await json(file)
        expect(listed(stdout)).toBe(count(list))
        const created = Object.values(list)
          .flat()
          .filter(entry => entry.endsWith('(created)')).length
        const { lateen: ours } = JSON.parse((await describing(`restore describe ${name} -o json`)).stdout)
        expect(ours.objects.created ?? 0).toBe(created)
      } else expect(stdout).toContain('\nResource List:  <restore resource list not found>\n')
      const { errors = {}, warnings = {} } = await json(`restores/${name}/restore-${name}-results.gz`)
      expect(stdout.includes('\nErrors:\n')).toBe(Object.keys(errors).length > 0)
      expect(stdout.includes('\nWarnings:\n')).toBe(Object.keys(warnings).length > 0)
    }
  })

  test('all at once, as text, JSON and YAML', async () => {
    for (const format of ['plaintext', 'json', 'yaml'])
      for (const noun of ['backups', 'restores'])
        expect(await describing(`describe ${noun} --details -o ${format}`)).toMatchObject({ code: 0, stderr: '' })
  })
})
