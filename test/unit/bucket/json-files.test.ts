import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gzipText } from '../../../lib/bucket/gzip.ts'
import { arrayText, resourceListText, resultsText } from '../../../lib/bucket/json-files.ts'

async function* from<T>(values: readonly T[]): AsyncGenerator<T> {
  yield* values
}
const textOf = async (pieces: AsyncIterable<string>) => (await Array.fromAsync(pieces)).join('')

const name = fc.stringMatching(/^[a-z0-9.-]{1,8}$/)
const GROUP_NAMES: Record<string, string> = { '0': 'velero', '1': 'cluster' }

interface Row {
  level: 'error' | 'warning'
  group: string
  text: string
}
const resultRow: fc.Arbitrary<Row> = fc.record({
  level: fc.constantFrom('error', 'warning'),
  group: fc.oneof(fc.constantFrom('0', '1'), fc.constantFrom('2default', '2shop', '2shop-a', '2a')),
  text: fc.string({ unit: 'binary', maxLength: 12 }),
})

const printed = (rows: readonly Row[]) =>
  rows
    .map(({ level, group, text }, i) => [level, group, String(i).padStart(9, '0'), JSON.stringify(text)].join('\0'))
    .sort()

function expected(rows: readonly Row[]): object {
  const results: Record<string, Record<string, unknown>> = { errors: {}, warnings: {} }
  for (const { level, group, text } of rows) {
    const side = results[`${level}s`] as Record<string, unknown>
    if (group.startsWith('2')) side.namespaces ??= {}
    const lists = (group.startsWith('2') ? side.namespaces : side) as Record<string, string[]>
    const list = GROUP_NAMES[group] ?? group.slice(1)
    lists[list] = [...(lists[list] ?? []), text.toWellFormed()]
  }
  return results
}

describe('the results', () => {
  it('have every error and warning in its group, in the order in which they came', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(resultRow, { maxLength: 12 }), async rows => {
        const text = await textOf(resultsText(from(printed(rows))))
        expect(JSON.parse(text)).toEqual(expected(rows))
        expect(text).toMatch(/^[^\n]*\n$/)
      }),
      { numRuns: 300 },
    )
  })

  it('have the groups in the order of Velero', async () => {
    const rows: Row[] = ['2b', '2a', '1', '0'].map(group => ({ level: 'error', group, text: 'x' }))
    expect(await textOf(resultsText(from(printed(rows))))).toBe(
      '{"errors":{"velero":["x"],"cluster":["x"],"namespaces":{"a":["x"],"b":["x"]}},"warnings":{}}\n',
    )
  })

  it('are as Go writes them where there is nothing to say', async () => {
    expect(await textOf(resultsText(from([])))).toBe('{"errors":{},"warnings":{}}\n')
  })

  it('escape what Go escapes', async () => {
    const text = await textOf(resultsText(from(printed([{ level: 'warning', group: '0', text: '<a&b>' }]))))
    expect(text).toBe('{"errors":{},"warnings":{"velero":["\\u003ca\\u0026b\\u003e"]}}\n')
  })
})

describe('the resource list', () => {
  it('has the names of each kind', async () => {
    const lists = fc.dictionary(
      fc.constantFrom('v1/Pod', 'v1/PodTemplate', 'apps/v1/Deployment', 'v1/ConfigMap'),
      fc.uniqueArray(name, { minLength: 1, maxLength: 5 }),
    )
    await fc.assert(
      fc.asyncProperty(lists, async value => {
        const rows = Object.entries(value).flatMap(([kind, names]) => names.map(one => `${kind}\0${one}`))
        const sorted = Object.fromEntries(Object.entries(value).map(([kind, names]) => [kind, names.toSorted()]))
        expect(JSON.parse(await textOf(resourceListText(from(rows.sort()))))).toEqual(sorted)
      }),
    )
  })

  it('is {} where nothing was stored', async () => {
    expect(await textOf(resourceListText(from([])))).toBe('{}\n')
  })
})

describe('an array', () => {
  it('of any length is JSON, and [] where it is empty', async () => {
    expect(await textOf(arrayText(from([])))).toBe('[]\n')
    expect(JSON.parse(await textOf(arrayText(from([{ a: 1 }, 'x', null]))))).toEqual([{ a: 1 }, 'x', null])
  })
})

describe('compressed text', () => {
  it('is the text, whether it has one piece, many or none', async () => {
    for (const pieces of [[], [''], ['one'], Array.from({ length: 5000 }, (_, i) => `${'line '.repeat(20)}${i}\n`)]) {
      const zipped = Buffer.concat(await Array.fromAsync(gzipText(from(pieces))))
      expect(gunzipSync(zipped).toString()).toBe(pieces.join(''))
    }
  })
})
