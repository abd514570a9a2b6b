import { goQuote } from '../../velero/go-quote.ts'

/** Reads one CSV record by the rules of Go's encoding/csv: `a,"b,c","say ""x"""`. Throws with Go's reason. */
export function parseCsvRecord(text: string): string[] {
  const fail = (reason: string) => new Error(`error parsing ${goQuote(text)}: ${reason}`)
  if (text === '') throw fail('EOF')
  const fields: string[] = []
  let rest = text
  for (;;) {
    const quoted = /^"((?:[^"]|"")*)"(,|$)/.exec(rest)
    const plain = /^([^",]*)(,|$)/.exec(rest)
    const match = quoted ?? plain
    if (!match)
      throw fail(rest.startsWith('"') ? 'extraneous or missing " in quoted-field' : 'bare " in non-quoted-field')
    fields.push(quoted ? (quoted[1] ?? '').replaceAll('""', '"') : (match[1] ?? ''))
    rest = rest.slice(match[0].length)
    if (match[2] !== ',') return fields
  }
}
