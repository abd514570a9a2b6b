/**
 * A table as kubectl prints it: columns padded by 3 spaces and at least 6 wide, the last one not padded, each cell cut at
 * its first line break. Ends with a line break; '' where there are no rows.
 */
export function formatTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return ''
  const lines = [header, ...rows.map(row => row.map(cell))]
  const widths = header.map((_, i) => Math.max(MIN_WIDTH, ...lines.map(line => width(line[i] ?? '') + PADDING)))
  return lines.map(line => `${line.map((text, i) => pad(text, i, line.length, widths)).join('')}\n`).join('')
}

const MIN_WIDTH = 6
const PADDING = 3

function pad(text: string, column: number, columns: number, widths: number[]): string {
  return column === columns - 1 ? text : text + ' '.repeat((widths[column] ?? 0) - width(text))
}

function cell(text: string): string {
  const end = text.search(/[\f\n\r]/)
  // Escape characters are shown, not obeyed: a name or label must not steer a terminal.
  return (end < 0 ? text : `${text.slice(0, end)}...`).replaceAll('\u001b', '^[')
}

/** In code points, as Go's tabwriter counts. */
function width(text: string): number {
  return [...text].length
}
