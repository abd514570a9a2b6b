/**
 * Lines with tabs as Go's tabwriter aligns them for `describe`. A tab ends a cell; a column is a run of lines, one after the
 * other, that have such a cell at the same place, and is as wide as the widest of them and 2 spaces. So a tab alone is an
 * indentation of 2. Each line ends with a line break.
 */
export function alignTabs(lines: readonly string[]): string {
  // What people and programs wrote may have line breaks, which begin a line of their own as they do in Go.
  const rows = lines.flatMap(line => harmless(line).split('\n')).map(line => line.split('\t'))
  const widths = rows.map(row => new Array<number>(row.length - 1).fill(0))
  for (const [y, row] of rows.entries())
    for (const x of row.keys()) if (isCell(row, x) && !isCell(rows[y - 1], x)) widen(rows, widths, y, x)
  return rows.map((row, y) => `${row.map((text, x) => pad(text, widths[y]?.[x])).join('')}\n`).join('')
}

/** Escape characters are shown, and not obeyed. */
export function harmless(text: string): string {
  return text.replaceAll('\u001b', '^[')
}

const PADDING = 2

/** The last text of a line is in no cell. */
function isCell(row: readonly string[] | undefined, x: number): boolean {
  return row !== undefined && x < row.length - 1
}

/** Sets the width of the column that begins in this line. */
function widen(rows: readonly string[][], widths: number[][], top: number, x: number): void {
  let end = top
  while (isCell(rows[end], x)) end++
  const width = PADDING + Math.max(...rows.slice(top, end).map(row => length(row[x] ?? '')))
  for (const line of widths.slice(top, end)) line[x] = width
}

function pad(text: string, width = 0): string {
  return text + ' '.repeat(Math.max(0, width - length(text)))
}

/** In code points, as Go counts. */
function length(text: string): number {
  return [...text].length
}
