import type { Zone } from '../../velero/zones.ts'

/**
 * The short name of a zone at an offset such as `-0500`: `EST`. JavaScript knows such names for a few countries only, so they
 * are read where Go reads them: in the tz database, whose files end with the zone's rule as POSIX writes it
 * (`EST5EDT,M3.2.0,M11.1.0`, `<+03>-3`). Where no name is found Go repeats the offset; so do we.
 */
export function zoneName(zone: Zone, offset: string): string {
  const rule = zone.rules()?.trimEnd().split('\n').at(-1) ?? ''
  const [, name, standard, daylightName, daylight] = POSIX_RULE.exec(rule) ?? []
  const shown = (text: string) => text.replace(/[<>]/g, '')
  if (name !== undefined && standard !== undefined) {
    const standardOffset = -seconds(standard)
    if (goOffset(standardOffset / 60) === offset) return shown(name)
    const daylightOffset = daylight === undefined ? standardOffset + 3600 : -seconds(daylight)
    if (daylightName !== undefined && goOffset(daylightOffset / 60) === offset) return shown(daylightName)
  }
  if (offset === '+0000') return 'UTC'
  return offset.endsWith('00') ? offset.slice(0, 3) : offset
}

const NAME = '<[^>]+>|[A-Za-z]+'
const POSIX_RULE = new RegExp(`^(${NAME})([+-]?[\\d:]+)(?:(${NAME})([+-]?[\\d:]+)?)?`)

/** `5`, `-3`, `+5:30`, west of Greenwich positive. */
function seconds(text: string): number {
  const [hours = 0, minutes = 0, rest = 0] = text.replace(/^[+-]/, '').split(':').map(Number)
  return (text.startsWith('-') ? -1 : 1) * (hours * 3600 + minutes * 60 + rest)
}

/** Minutes east of Greenwich as Go shows them: `-0500`. */
export function goOffset(offset: number): string {
  const minutes = Math.abs(offset)
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0')
  return `${offset < 0 ? '-' : '+'}${two(minutes / 60)}${two(minutes % 60)}`
}
