import { readFile } from 'node:fs/promises'

/** The actions that the table of docs/security.md gives to a function: rows of `action`, functions, resources. */
export async function documentedActions(key: string): Promise<string[]> {
  const text = await readFile(new URL('../../../docs/security.md', import.meta.url), 'utf8')
  const rows = text.split('\n').filter(line => /^\| `[a-z0-9]+:/.test(line))
  return rows.flatMap(row => {
    const [, actions = '', functions = ''] = row.split('|')
    const isMeant = functions.includes('all') || functions.split(',').some(name => name.trim() === key)
    return isMeant ? [...actions.matchAll(/`([a-z0-9]+:\w+)`/g)].map(([, action = '']) => action) : []
  })
}
