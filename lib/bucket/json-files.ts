import { goJson } from '../velero/go-json.ts'
import { resultGroup } from '../velero/results.ts'

// The .json.gz files that grow with a backup, written as a stream of text in Go's form: compact, HTML characters escaped,
// one line feed at the end.

/**
 * NAME-resource-list.json.gz: `{"apps/v1/Deployment":["ns/name"]}`, keys and names sorted. Rows come in order: the key,
 * NUL, the name.
 */
export async function* resourceListText(rows: AsyncIterable<string>): AsyncGenerator<string> {
  let open = ''
  yield '{'
  for await (const row of rows) {
    const [key = '', name = ''] = row.split('\0')
    if (key === open) yield ','
    else yield `${open === '' ? '' : '],'}${goJson(key)}:[`
    open = key
    yield goJson(name)
  }
  yield open === '' ? '}\n' : ']}\n'
}

/**
 * NAME-results.gz: `{"errors":{...},"warnings":{...}}`, each with the lists `velero`, `cluster` and one for each
 * namespace, where there is anything to say. Rows come in order: level, group (`0` velero, `1` cluster, `2NAMESPACE`),
 * number and the message as a JSON string, with NUL between them.
 */
export async function* resultsText(rows: AsyncIterable<string>): AsyncGenerator<string> {
  const out = new ResultsWriter()
  for await (const row of rows) {
    const [level = '', group = '', , text = ''] = row.split('\0')
    yield out.add(level === 'error' ? 'errors' : 'warnings', group, JSON.parse(text) as string)
  }
  yield out.end()
}

/**
 * A row for `resultsText`: rows sort by level, then by the results' groups in Velero's order (see resultGroup), then by
 * `count`, the order in which they came.
 */
export function resultRow(
  level: 'error' | 'warning',
  namespace: string | undefined,
  count: number,
  text: string,
): string {
  const group = resultGroup(namespace)
  const sortable = group === 'velero' ? '0' : group === 'cluster' ? '1' : `2${group.namespace}`
  return [level, sortable, String(count).padStart(9, '0'), JSON.stringify(text)].join('\0')
}

class ResultsWriter {
  #level = ''
  #group = ''

  add(level: 'errors' | 'warnings', group: string, text: string): string {
    let out = ''
    if (level !== this.#level) out += this.#openLevel(level)
    out += group === this.#group ? ',' : this.#openGroup(group)
    return out + goJson(text)
  }

  end(): string {
    const open = this.#level === 'warnings' ? this.#closeGroups() : this.#openLevel('warnings')
    return `${open}}}\n`
  }

  #openLevel(level: 'errors' | 'warnings'): string {
    const before = this.#level === '' ? '{' : `${this.#closeGroups()}},`
    const skipped = level === 'warnings' && this.#level === '' ? '"errors":{},' : ''
    this.#level = level
    this.#group = ''
    return `${before}${skipped}"${level}":{`
  }

  #openGroup(group: string): string {
    const close = this.#group === '' ? '' : '],'
    const first = group.startsWith('2') && !this.#group.startsWith('2') ? '"namespaces":{' : ''
    this.#group = group
    const name = group === '0' ? 'velero' : group === '1' ? 'cluster' : group.slice(1)
    return `${close}${first}${goJson(name)}:[`
  }

  #closeGroups(): string {
    const close = this.#group === '' ? '' : this.#group.startsWith('2') ? ']}' : ']'
    this.#group = ''
    return close
  }
}

/** An array of any length. */
export async function* arrayText(values: AsyncIterable<unknown>): AsyncGenerator<string> {
  let first = true
  yield '['
  for await (const value of values) {
    yield `${first ? '' : ','}${goJson(value)}`
    first = false
  }
  yield ']\n'
}
