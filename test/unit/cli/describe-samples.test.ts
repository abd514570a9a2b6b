import { existsSync, readdirSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { documentJson } from '../../../lib/cli/output/document-json.ts'
import type { Backup } from '../../../lib/velero/types.ts'
import type { Restore } from '../../../lib/velero/types-restore.ts'
import { MemoryStore } from '../../helpers/memory-store.ts'
import { ARTIFACTS, putArtifact, putRecord, putRun, reading } from './described.ts'
import { lateen } from './harness.ts'
import { sample, samplesFolder, samplesThere, sampleTime, whyNot } from './samples.ts'

// Each text and document that real Velero printed of an object, against what we print of the same object in a bucket.

interface Sample {
  noun: 'backup' | 'restore'
  name: string
  /** As what the object lies in the bucket. */
  as: 'record' | 'run'
  /** What of the sample a bucket can't express, and why; printed with the test. */
  without?: { what: string; text: RegExp; why: string }
}

const deletionAttempts = {
  what: 'deletion attempts',
  text: /\nDeletion Attempts[^\n]*\n( .*\n)*$/,
  why: 'a bucket has no DeleteBackupRequests that were processed',
}
const samples: Sample[] = [
  { noun: 'backup', name: 'bad', as: 'run' },
  // No run of ours is New or Queued: they are records here, as a bucket may hold records of any phase.
  { noun: 'backup', name: 'brandnew', as: 'record' },
  { noun: 'backup', name: 'queued-one', as: 'record' },
  { noun: 'backup', name: 'full', as: 'record' },
  { noun: 'backup', name: 'nginx-backup', as: 'record' },
  { noun: 'backup', name: 'pf', as: 'record', without: deletionAttempts },
  {
    noun: 'backup',
    name: 'running',
    as: 'run',
    without: {
      what: 'hooks',
      text: /\nHooksAttempted: .*\nHooksFailed: .*\n$/,
      why: 'a run that goes on has no hook status yet',
    },
  },
  { noun: 'restore', name: 'r-full', as: 'record' },
  {
    noun: 'restore',
    name: 'r-inv',
    as: 'run',
    without: { what: 'its warnings', text: /^WARNING: .*\n/gm, why: 'nobody asks a cluster for the CA of a location' },
  },
  { noun: 'restore', name: 'r-new', as: 'record' },
  { noun: 'restore', name: 'r-pf', as: 'record' },
]

describe.skipIf(!samplesThere)(`what real Velero describes${whyNot}`, () => {
  const store = new MemoryStore()

  beforeAll(async () => {
    const objects: (Backup | Restore)[] = JSON.parse(sample('_input-objects.json'))
    for (const object of objects) {
      if (object.kind !== 'Backup' && object.kind !== 'Restore') continue
      // The samples' server added the namespace.
      const whole = {
        ...object,
        apiVersion: 'velero.io/v1',
        metadata: { ...object.metadata, namespace: 'velero' },
      } as Backup | Restore
      const { name, creationTimestamp = '' } = whole.metadata
      if (samples.find(known => known.name === name)?.as !== 'run') await putRecord(store, whole)
      else {
        const { progress } = whole.status ?? {}
        const lease = { owner: 'host-1', expires: sampleTime, ...(progress && { progress }) }
        await putRun(store, whole, { claimed: creationTimestamp, lease })
      }
    }
    for (const kind of Object.keys(ARTIFACTS)) {
      const folder = new URL(`_input-artifacts/${kind}/`, samplesFolder)
      if (!existsSync(folder)) continue
      for (const name of readdirSync(folder))
        await putArtifact(store, kind, name, sample(`_input-artifacts/${kind}/${name}`))
    }
    const copies = objects.filter(({ kind }) => (kind as string) === 'PodVolumeBackup')
    await putArtifact(store, 'PodVolumeBackups', 'nginx-backup', copies)
  })

  const describing = (words: string) => lateen(words, { jobs: reading(store), now: sampleTime })
  /** Without what is ours, which all stands behind one heading. */
  const veleros = (text: string) => text.replace(/\nLateen:\n( .*\n)+$/, '')
  const ours = (text: string) => text.replace(/(`|')velero /g, '$1lateen ')

  for (const { noun, name, as, without } of samples)
    for (const flags of ['', ' --details']) {
      const but = without ? `, but for ${without.what}: ${without.why}` : ''
      it(`is what \`${noun} describe ${name}${flags}\` prints of a ${as}, to the byte${but}`, async () => {
        const expected = sample(`${noun}-describe-${name}${flags.replace(' -', '')}.txt`)
        const { code, stdout, stderr } = await describing(`${noun} describe ${name}${flags}`)
        const printed = veleros(stdout)
        // Velero shows kinds of an ordered backup in any order.
        const inOrder = (text: string) =>
          text.replace(/(OrderedResources:\n)((?: {2}.*\n)+)/, (_, title, lines: string) =>
            [title, ...lines.split(/(?<=\n)/).sort()].join(''),
          )
        expect(inOrder(printed)).toBe(inOrder(ours(expected.replace(without?.text ?? '', ''))))
        expect([code, stderr]).toEqual([0, ''])
      })
    }

  it('is in its colours where colours are asked for', async () => {
    const { stdout } = await describing('backup describe pf --colorized=true')
    expect(veleros(stdout)).toBe(ours(sample('backup-describe-pf-ansi.txt').replace(deletionAttempts.text, '')))
  })

  it.each([
    'full',
    'nginx-backup',
    'pf',
  ])('is what `backup describe %s --details -o json` prints, field for field', async name => {
    const { code, stdout } = await describing(`backup describe ${name} --details -o json`)
    const document = JSON.parse(stdout)
    const expected = JSON.parse(
      sample(`backup-describe-${name}.json`)
        // Two names that Velero misspells.
        .replaceAll('"onError:"', '"onError"')
        .replaceAll('"uploderType"', '"uploaderType"'),
    )
    // There are no such requests in a bucket.
    delete expected.deletionAttempts
    // Spaces, the order of keys, characters that are not escaped.
    expect((await Array.fromAsync(documentJson(JSON.parse(sample(`backup-describe-${name}.json`))))).join('')).toBe(
      sample(`backup-describe-${name}.json`).trimEnd(),
    )
    const { spec, status } = document
    for (const key of ['apiVersion', 'kind', 'lateen']) delete document[key]
    for (const key of ['scopedResources', 'orLabelSelector', 'fileSystemBackup', 'uploaderConfig']) delete spec[key]
    for (const key of ['itemOperationTimeout']) delete spec[key]
    for (const key of ['itemOperations']) delete status[key]
    expect(document).toEqual(expected)
    expect(stdout).toMatch(/^\{\n {4}"apiVersion": /)
    expect(code).toBe(0)
  })

  it('is all described, where no names are given, with two blank lines between', async () => {
    for (const [noun, count] of [
      ['backup', 13],
      // One of which there is nothing but a file about volumes.
      ['restore', 7],
    ] as const) {
      const { code, stdout, stderr } = await describing(`describe ${noun}s`)
      expect(stdout.split(/(?<=\n)\n\n(?=Name: )/)).toHaveLength(count)
      expect([code, stderr]).toEqual([0, ''])
    }
  })
})
