import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { addLocation, changeLocation, removeLocation } from '../../../../lib/config/file/edit-locations.ts'
import { rewrite } from '../../../../lib/config/file/rewrite.ts'

const file = `# Where everything is.
clusters:
  - { name: prod,   location: main }   # the big one
  - name: staging
    context:    staging                # the small one
    location: 'old'

locations:                             # each with a name
  # Do not touch.
  - name: main
    provider: aws
    objectStorage: {bucket: b, prefix: "p"}

  - name: old
    provider: aws
    objectStorage:
      bucket: c   # for now
    credential:
      file: keys.ini
schedules: [  ]
# The end.
`
const entry = { name: 'new', provider: 'file', objectStorage: { bucket: '/srv' } }

describe('a change of lateen.yaml', () => {
  it('adds a location behind the others and leaves every other line as it was', () => {
    const added = `
  - name: new
    provider: file
    objectStorage:
      bucket: /srv
`
    expect(rewrite(file, document => addLocation(document, entry))).toBe(
      file.replace('schedules:', `${added}schedules:`),
    )
  })

  it('changes a field, and what stands beside it stays', () => {
    const changed = rewrite(file, document =>
      changeLocation(document, 'old', [
        { path: ['default'], value: true },
        { path: ['credential', 'profile'], value: 'x' },
      ]),
    )
    expect(changed).toBe(file.replace('file: keys.ini\n', 'file: keys.ini\n      profile: x\n    default: true\n'))
  })

  it('takes a location away, and no comment of another one', () => {
    const removed = rewrite(file, document => removeLocation(document, 'main'))
    expect(removed).toContain('locations:                             # each with a name\n')
    expect(removed).toContain('  - { name: prod,   location: main }   # the big one\n')
    expect(removed).not.toContain('name: main\n')
    expect(removed).toContain('  - name: old\n    provider: aws\n    objectStorage:\n      bucket: c   # for now\n')
    expect(removed.endsWith('schedules: [  ]\n# The end.\n')).toBe(true)
  })

  it.each([
    ['nothing', '', 'locations:\n'],
    ['a comment alone', '# ours\n', '# ours\n\nlocations:\n'],
    ['an empty list', 'locations: []\n', 'locations:\n'],
    ['no list yet', 'clusters: [a]\n', 'clusters: [a]\nlocations:\n'],
    ['no line break at its end', 'clusters: [a]', 'clusters: [a]\nlocations:\n'],
  ])('adds the first location where there is %s', (_, text, start) => {
    expect(rewrite(text, document => addLocation(document, entry))).toBe(
      `${start}  - name: new\n    provider: file\n    objectStorage:\n      bucket: /srv\n`,
    )
  })

  it('keeps lists at the margin, and line breaks of Windows', () => {
    const text = 'locations:\r\n- name: a\r\n  provider:   file\r\n'
    expect(rewrite(text, document => addLocation(document, { name: 'b' }))).toBe(`${text}- name: b\r\n`)
  })

  it('changes nothing where nothing is to be changed', () => {
    expect(rewrite(file, () => {})).toBe(file)
  })

  it('refuses a location that is an alias', () => {
    const text = 'x: &a { name: a }\nlocations:\n  - *a\n'
    expect(() => rewrite(text, document => removeLocation(document, 'a'))).toThrow('written with an alias')
  })

  /** Lines as people write them: comments, empty lines, spaces, both styles of collections and quotes. */
  const entryLines = fc.record({
    before: fc.constantFrom('', '\n', '\n\n', '  # about it\n', '\n  # about it\n'),
    provider: fc.constantFrom('aws', '"aws"', "'aws'", 'aws   # S3'),
    storage: fc.constantFrom(
      '{bucket: b}',
      '{ bucket:  b,   prefix: "p" }',
      '\n      bucket: b  # ours\n      prefix:   p',
      '&a { bucket: b }',
    ),
    after: fc.constantFrom(
      '',
      '    # the end of it\n',
      '    accessMode:  ReadOnly\n',
      '    labels: { a: b, c: "d" }\n',
    ),
  })
  const texts = fc
    .record({
      head: fc.constantFrom('', '# ours\n', '# ours\n\n', 'clusters:   # all\n  - name: c\n    location:   n0\n\n'),
      entries: fc.array(entryLines, { minLength: 1, maxLength: 4 }),
      tail: fc.constantFrom('', '\n', 'schedules: [ ]\n', '\n# The end.\n', 'clusters2: [a,  b] # x\n\n\n'),
    })
    .map(({ head, entries, tail }) => {
      const items = entries.map(
        ({ before, provider, storage, after }, i) =>
          `${before}  - name: n${i}\n    provider: ${provider}\n    objectStorage: ${storage}\n${after}`,
      )
      return { text: `${head}locations:\n${items.join('')}${tail}`, count: entries.length }
    })

  it('keeps every line, whatever the style, where a location is added', () => {
    fc.assert(
      fc.property(texts, ({ text, count }) => {
        const added = rewrite(text, document => addLocation(document, { name: 'new' }))
        const written = text.split('\n').filter(line => line.trim() !== '')
        const rest = added.split('\n').filter(line => line.trim() !== '' && line !== '  - name: new')
        expect(rest).toEqual(written)
        expect(parse(added).locations).toEqual([...parse(text).locations, { name: 'new' }])
        expect(parse(added).locations).toHaveLength(count + 1)
      }),
    )
  })

  it('means the same but for what was changed or taken away', () => {
    fc.assert(
      fc.property(texts, fc.nat(), ({ text, count }, at) => {
        const name = `n${at % count}`
        const changed = rewrite(text, document => changeLocation(document, name, [{ path: ['default'], value: true }]))
        const expected = parse(text)
        expected.locations[at % count].default = true
        expect(parse(changed)).toEqual(expected)
        const removed = rewrite(changed, document => removeLocation(document, name))
        expected.locations.splice(at % count, 1)
        expect(parse(removed)).toEqual(expected)
      }),
    )
  })
})
