import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadConfig, loadSettings } from '../../../lib/config/load.ts'
import { settingsFor } from '../../../lib/config/settings-for.ts'
import { openStore } from '../../../lib/store/open.ts'
import { sources, withFile } from './sources.ts'

const file = (more = '') => `
locations:
  - { name: main, default: true, provider: aws, accessMode: ReadOnly, objectStorage: { bucket: b }, resultsLocation: results }
  - { name: results, provider: aws, objectStorage: { bucket: r } }
${more}`

const places = async (given: Parameters<typeof sources>[0]) => {
  const { location, results } = await loadSettings(sources(given))
  return { access: location.spec.accessMode, results: results?.spec.objectStorage }
}

describe('a location that must not be written to', () => {
  it('is what --read-only or LATEEN_READ_ONLY make of the one that is used, the flag first', async () => {
    const flags = { bucket: 's3://b' }
    expect((await places({ flags: { ...flags, readOnly: true } })).access).toBe('ReadOnly')
    expect((await places({ flags, env: { LATEEN_READ_ONLY: 'true' } })).access).toBe('ReadOnly')
    for (const text of ['', 'false']) {
      expect((await places({ flags, env: { LATEEN_READ_ONLY: text } })).access).toBeUndefined()
    }
    const env = { LATEEN_READ_ONLY: 'true' }
    expect((await places({ flags: { ...flags, readOnly: false }, env })).access).toBeUndefined()
    await expect(places({ flags, env: { LATEEN_READ_ONLY: 'yes' } })).rejects.toThrow(
      'LATEEN_READ_ONLY: "yes" is neither true nor false',
    )
  })

  it('holds for functions too', async () => {
    const config = await loadConfig(sources({ env: { LATEEN_BUCKET: 's3://b', LATEEN_READ_ONLY: 'true' } }))
    expect(settingsFor(config).location.spec.accessMode).toBe('ReadOnly')
  })
})

describe('restores are recorded', () => {
  it('in their location, where nothing else is said', async () => {
    expect((await places({ flags: { bucket: 's3://b' } })).results).toBeUndefined()
  })

  it('in the resultsLocation of lateen.yaml, for functions as for the command line', async () => {
    const results = { name: 'results', spec: { provider: 'aws', objectStorage: { bucket: 'r' } } }
    expect((await loadSettings(withFile(file()))).results).toEqual(results)
    const settings = settingsFor(await loadConfig(withFile(file())))
    expect(settings).toMatchObject({ results, location: { name: 'main' } })
    expect(settings.location).not.toHaveProperty('resultsLocation')
  })

  it('in their location, where that may be written to: its collections know of no other', async () => {
    const writable = file().replace(', accessMode: ReadOnly', '')
    expect((await loadSettings(withFile(writable))).results).toBeUndefined()
    const readOnly = withFile(writable, { flags: { readOnly: true } })
    expect((await loadSettings(readOnly)).results?.name).toBe('results')
  })

  it('in a resultsLocation that stays writable with --read-only', async () => {
    const { location, results } = await loadSettings(withFile(file(), { flags: { readOnly: true } }))
    expect([location.spec.accessMode, results?.spec.accessMode]).toEqual(['ReadOnly', undefined])
  })

  it('from a command line in the home folder, where the location must not be written to and no other is named', async () => {
    const flags = { bucket: 's3://b/p', readOnly: true }
    const { results } = await places({ flags })
    expect(results).toEqual({ bucket: '/home/ann', prefix: '.local/state/lateen/default-7fb96925' })
    // The same place, the same folder; another place, another one.
    expect((await places({ flags: { ...flags, region: 'eu-central-1' } })).results).toEqual(results)
    for (const other of [{ bucket: 's3://b' }, { s3Url: 'http://minio' }, { bucket: 'file:///b/p' }]) {
      expect((await places({ flags: { ...flags, ...other } })).results).not.toEqual(results)
    }
    const config = await loadConfig(sources({ flags }))
    expect(settingsFor(config)).not.toHaveProperty('results')
  })

  it('in a folder whose name is safe, whatever the location is called', async () => {
    const text = file().replace('name: main', 'name: "../../etc/ü"').replace(', resultsLocation: results', '')
    const { results } = await loadSettings(withFile(text))
    expect(results?.spec.objectStorage.prefix).toMatch(/^\.local\/state\/lateen\/\.\.-\.\.-etc---[0-9a-f]{8}$/)
  })

  it('in a home folder where nobody has made anything before', async () => {
    const home = await mkdtemp(join(tmpdir(), 'lateen-home-'))
    const { results } = await loadSettings({ ...sources({ flags: { bucket: 's3://b', readOnly: true } }), home })
    if (!results) throw new Error('no place for results')
    const store = await openStore(results)
    try {
      expect(await Array.fromAsync(store.list(''))).toEqual([])
      expect(await store.head('restores/r/velero-restore.json')).toBeUndefined()
      await store.put('restores/r/velero-restore.json', '{}', { ifNoneMatch: '*' })
      expect(await Array.fromAsync(store.list('restores/'))).toMatchObject([
        { objects: [{ key: 'restores/r/velero-restore.json' }] },
      ])
    } finally {
      await store.close()
      await rm(home, { recursive: true })
    }
  })
})

describe('a resultsLocation', () => {
  it.each([
    [
      'that is not there',
      file().replace('resultsLocation: results', 'resultsLocation: result'),
      '3:101: locations[0].resultsLocation names no location (did you mean "results"?); configured: main, results',
    ],
    [
      'that is the location itself',
      file().replace('resultsLocation: results', 'resultsLocation: main'),
      '3:101: locations[0].resultsLocation names the location itself; leave it out',
    ],
    [
      'that must not be written to',
      file().replace('results, provider: aws', 'results, provider: aws, accessMode: ReadOnly'),
      '3:101: locations[0].resultsLocation names "results", which is ReadOnly',
    ],
  ])('%s is refused with its line', async (_, text, message) => {
    await expect(loadConfig(withFile(text))).rejects.toThrow(`/work/here/lateen.yaml:${message}`)
  })

  it('is refused inside another location, and around one, which Velero takes for a broken location', async () => {
    const inside = file().replace('bucket: r }', 'bucket: b, prefix: results }')
    await expect(loadConfig(withFile(inside))).rejects.toThrow(
      'the location "results", the resultsLocation of "main", and the location "main" lie one inside the other (b/results, b)',
    )
    const around = file().replace('bucket: b }', 'bucket: r, prefix: main }')
    await expect(loadConfig(withFile(around))).rejects.toThrow('lie one inside the other (r, r/main)')
    await loadConfig(
      withFile(
        file()
          .replace('bucket: b }', 'bucket: r, prefix: main }')
          .replace('bucket: r }', 'bucket: r, prefix: main-results }'),
      ),
    )
  })

  it('may serve several clusters, and be the location that one of them backs up to', async () => {
    const clusters = 'clusters: [{ name: a, context: a, location: results }, { name: b, context: b, location: main }]\n'
    const config = await loadConfig(withFile(file(clusters)))
    expect(settingsFor(config, 'a', 'main').results?.name).toBe('results')
    expect(settingsFor(config, 'b').results?.name).toBe('results')
  })
})
