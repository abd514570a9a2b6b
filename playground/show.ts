import { styleText } from 'node:util'
import type { Shown } from './application.ts'

const out = (text = '') => console.log(text)
const dim = (text: string) => styleText('dim', text)

/** What the walkthrough says, in colours where the terminal has them. */
export const tell = {
  title(text: string): void {
    out(`\n${styleText(['bold', 'cyan'], `  ◣ ${text}`)}`)
  },
  step(what: string, detail: string): void {
    out(`\n${styleText('bold', what)}  ${dim(detail)}`)
  },
  command(args: readonly string[]): void {
    out(`${styleText('cyan', `$ lateen ${args.join(' ')}`)}`)
  },
  took(ms: number): void {
    out(dim(`  ${(ms / 1000).toFixed(2)} s, from the start of the command to its end`))
  },
  end(bucket: string | undefined, backup: string, restore: string): void {
    out(`\n${styleText('bold', 'Look closer')}`)
    for (const command of [`backup get ${backup} -o yaml`, `backup download ${backup}`, `restore logs ${restore}`])
      out(`  ${styleText('cyan', `npx lateen ${command} --bucket ${bucket}`)}`)
    out()
  },
}

/** Each object with its address before and after. */
export function showChanges(before: readonly Shown[], after: readonly Shown[]): void {
  const rows = before.map(was => {
    const is = after.find(({ kind, name }) => kind === was.kind && name === was.name)
    return [was.kind, was.name, was.address, is === undefined ? 'gone' : is.address || 'the same name']
  })
  for (const { kind, name, address } of after)
    if (!before.some(was => was.kind === kind && was.name === name)) rows.push([kind, name, 'new', address])
  const widths = [0, 1, 2].map(i => Math.max(...rows.map(row => row[i]?.length ?? 0)))
  for (const [kind = '', name = '', was = '', is = ''] of rows) {
    const [first = 0, second = 0, third = 0] = widths
    out(`  ${styleText('cyan', kind.padEnd(first))}  ${name.padEnd(second)}  ${dim(was.padEnd(third))}  ${is}`)
  }
}
