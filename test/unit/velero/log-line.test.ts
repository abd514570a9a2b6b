import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatLogLine, parseLogLine } from '../../../lib/velero/log-line.ts'
import { golden, goldenFolders } from './golden.ts'

const time = new Date('2026-11-22T08:31:15.700Z')

describe('formatLogLine', () => {
  it("writes logrus' text: time, level, msg, then fields by name, quoted only where needed", () => {
    const fields = { resource: 'pods', name: 'web-0', backup: 'velero/full', namespace: '', progress: 3 }
    expect(formatLogLine({ time, level: 'warning', message: 'Backing up item', fields })).toBe(
      'time="2026-11-22T08:31:15Z" level=warning msg="Backing up item" backup=velero/full name=web-0 namespace= progress=3 resource=pods\n',
    )
  })

  it('never breaks a line, whatever the values hold', () => {
    const line = formatLogLine({ time, level: 'error', message: 'a\n"b"\\', fields: { error: 'x=1\t\u0007\u200b😀' } })
    expect(line).toBe(
      `${String.raw`time="2026-11-22T08:31:15Z" level=error msg="a\n\"b\"\\" error="x=1\t\a\u200b😀"`}\n`,
    )
  })

  it("renames fields that would be taken for logrus' own, and leaves an empty message out", () => {
    expect(formatLogLine({ time, level: 'info', message: '', fields: { level: 'x' } })).toBe(
      'time="2026-11-22T08:31:15Z" level=info fields.level=x\n',
    )
  })
})

describe('parseLogLine', () => {
  it('reads back what formatLogLine wrote', () => {
    const name = fc
      .stringMatching(/^[a-zA-Z.]{1,8}$/)
      .filter(key => !['time', 'level', 'msg', '__proto__'].includes(key))
    const text = fc.string({ unit: 'grapheme' })
    fc.assert(
      fc.property(text, fc.dictionary(name, text), (message, fields) => {
        const entry = parseLogLine(formatLogLine({ time, level: 'info', message, fields }))
        expect(entry).toEqual({ time: new Date('2026-11-22T08:31:15Z'), level: 'info', message, fields: { ...fields } })
      }),
    )
  })

  it('reads the lines of a server with --log-format=json', () => {
    const line =
      '{"backup":"velero/b","error.message":"no","level":"error","msg":"Error backing up item","size":3,"time":"2026-11-22T08:31:15Z"}'
    expect(parseLogLine(line)).toEqual({
      time: new Date('2026-11-22T08:31:15Z'),
      level: 'error',
      message: 'Error backing up item',
      fields: { backup: 'velero/b', 'error.message': 'no', size: 3 },
    })
  })

  it.each([
    '',
    'panic: runtime error',
    '{"level":"info"',
    '{"level":"info"}',
    'level=info msg=x',
    'time=now level=info',
  ])('leaves %j, which is no log line, to the caller', line => {
    expect(parseLogLine(line)).toBeUndefined()
  })

  for (const { folder, skip } of goldenFolders('backups')) {
    it.skipIf(skip)(`reads and writes back every line of Velero's logs in ${folder}`, () => {
      for (const backup of readdirSync(golden(folder, 'backups'))) {
        const file = join(golden(folder, 'backups'), backup, `${backup}-logs.gz`)
        if (!existsSync(file)) continue
        const lines = gunzipSync(readFileSync(file)).toString().trimEnd().split('\n')
        for (const line of lines) {
          const entry = parseLogLine(line)
          expect(entry, line).toBeDefined()
          if (entry) expect(formatLogLine(entry)).toBe(`${line}\n`)
        }
      }
    })
  }
})
