import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exactly } from '../../helpers/archive.ts'
import { readBackupFiles } from '../../helpers/backups.ts'
import { configMap, manifest, namespace, openWorld, sailDefinition, type World } from '../../helpers/world.ts'

describe('a backup of a whole cluster', () => {
  let world: World
  beforeAll(async () => {
    world = await openWorld()
    world.cluster.seed([
      namespace('shop'),
      namespace('data'),
      sailDefinition,
      configMap('shop/web', { text: 'größe <&> \u2028 😀', json: '{"a":[1,{"b":"}"}]}' }),
      configMap('data/plain'),
    ])
    world.cluster.seedText([
      `{"apiVersion":"lateen.test/v1","kind":"Sail","metadata":{"name":"main","namespace":"shop"},
        "spec":{"big":9007199254740993,"max":9223372036854775807,"small":-9223372036854775808,"exp":1e21,
        "huge":1E400,"fraction":0.1000000000000000055511151231257827,"point":1.0,"zero":-0.0,"unknown":{"ü":null}}}`,
    ])
    const result = await world.backup(manifest('full', { includeClusterResources: true }))
    expect([result.how, result.errors, result.warnings]).toEqual(['finished', [], []])
  }, 30_000)
  afterAll(() => world[Symbol.asyncDispose]())

  const live = async (path: string) => {
    const answer = await fetch(world.cluster.url + path, {
      headers: { authorization: `Bearer ${world.cluster.token}` },
    })
    return { status: answer.status, text: await answer.text() }
  }

  it('holds every object at both its paths with the value of the live one, to the digit', async () => {
    const { entries } = await readBackupFiles(world.store, 'full')
    const groups = JSON.parse((await live('/apis')).text).groups as {
      name: string
      preferredVersion: { version: string }
    }[]
    const versions = new Map(groups.map(group => [group.name, group.preferredVersion.version]))
    let compared = 0
    for (const { name, content } of entries) {
      const [, type = '', version, scope, ...rest] =
        /^resources\/([^/]+)\/(?:([^/]+)-preferredversion\/)?(cluster|namespaces)\/(.*)\.json$/.exec(name) ?? []
      if (type === '') continue
      const [resource = '', ...group] = type.split('.')
      const api = group.length === 0 ? '/api/v1' : `/apis/${group.join('.')}/${versions.get(group.join('.'))}`
      const [ns, object] = scope === 'cluster' ? [undefined, rest[0]] : (rest[0] ?? '').split('/')
      const there = await live(`${api}${ns === undefined ? '' : `/namespaces/${ns}`}/${resource}/${object}`)
      expect(there.status, name).toBe(200)
      expect(exactly(content), name).toEqual(exactly(there.text))
      if (version !== undefined) expect(api.endsWith(version)).toBe(true)
      compared++
    }
    expect(compared).toBe(entries.length - 1)
    expect(compared).toBeGreaterThan(60)
  })
})
