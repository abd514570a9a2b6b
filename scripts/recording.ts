// node scripts/recording.ts: runs the walkthrough of `npm start` on the embedded cluster and draws what it printed, docs/walkthrough.svg.
import { spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))

const { LATEEN_BUCKET: _, ...env } = process.env
const { status, stdout, stderr } = spawnSync(process.execPath, [path('../playground/walkthrough.ts')], {
  env: { ...env, NO_COLOR: '1' },
  encoding: 'utf8',
})
if (status !== 0) throw new Error(`the walkthrough ended with ${status}: ${stderr}`)
await writeFile(path('../docs/walkthrough.svg'), drawn(withoutPlaces(stdout).trimEnd().split('\n')))

/** Of this machine nothing is shown. */
function withoutPlaces(text: string): string {
  return text
    .replaceAll(/file:\/\/\S*?\/lateen-\w+\/bucket/g, 'file:///tmp/lateen/bucket')
    .replaceAll(/, in http:\S+/g, '')
}

function drawn(lines: readonly string[]): string {
  const [size, advance, leading, margin] = [13, 7.83, 18, 20]
  const width = Math.ceil(Math.max(...lines.map(line => line.length)) * advance + 2 * margin)
  const height = lines.length * leading + 2 * margin
  const rows = lines.map((line, i) => {
    const y = margin + leading * (i + 1) - 5
    return line === ''
      ? ''
      : `<text x="${margin}" y="${y}"${styleOf(line)} xml:space="preserve">${escaped(line)}</text>\n`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="The walkthrough of Lateen in a terminal"
 font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="${size}" fill="#d0d7de">
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
${rows.join('')}</svg>
`
}

/** Commands and headings stand out, as they do in a terminal. */
function styleOf(line: string): string {
  if (line.startsWith('$ ') || line.startsWith('  npx ')) return ' fill="#56d4dd"'
  if (line.startsWith('  ◣')) return ' fill="#56d4dd" font-weight="bold"'
  return /^[A-Z][a-z].* {2}[a-z]/.test(line) || line === 'Look closer' ? ' font-weight="bold"' : ''
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
