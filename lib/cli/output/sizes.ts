const units = ['B', 'kB', 'MB', 'GB', 'TB']

/** Bytes in decimal units with three digits at least: `999 B`, `12.3 MB`. */
export function formatBytes(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${unit === 0 || value >= 99.95 ? value.toFixed(0) : value.toFixed(1)} ${units[unit]}`
}

/** `1,234` */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US')
}
