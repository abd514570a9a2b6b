import { InvalidInputError } from './errors.ts'

// The five fields of a cron expression, by the grammar and with the errors of robfig/cron 3's ParseStandard, which Velero uses.

export interface CronField {
  /** In ascending order. */
  values: number[]
  /** Any value, as `*` and `?` mean it: for days, whether the other field of days decides alone. */
  any: boolean
}

interface Bounds {
  min: number
  max: number
  /** Names of values, the first for `min`. */
  names?: string[]
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']

const BOUNDS: Bounds[] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12, names: MONTHS },
  { min: 0, max: 6, names: DAYS },
]

/** Minutes, hours, days of the month, months, days of the week. Throws InvalidInputError. */
export function parseCronFields(expression: string): CronField[] {
  const fields = expression.split(/\s+/).filter(field => field !== '')
  if (fields.length !== BOUNDS.length)
    throw new InvalidInputError(
      `expected exactly ${BOUNDS.length} fields, found ${fields.length}: [${fields.join(' ')}]`,
    )
  return fields.map((field, i) => parseField(field, BOUNDS[i] as Bounds))
}

function parseField(field: string, bounds: Bounds): CronField {
  const ranges = field
    .split(',')
    .filter(range => range !== '')
    .map(range => parseRange(range, bounds))
  const values = new Set(ranges.flatMap(range => range.values))
  if (values.size === 0) throw new InvalidInputError(`no value in ${JSON.stringify(field)}`)
  return { values: [...values].sort((a, b) => a - b), any: ranges.some(range => range.any) }
}

/** `*`, `N`, `N-M`, each with `/STEP`; `N/STEP` goes to the end. */
function parseRange(range: string, { min, max, names = [] }: Bounds): CronField {
  const [span = '', stepText, ...slashes] = range.split('/')
  const [low = '', high, ...hyphens] = span.split('-')
  const any = low === '*' || low === '?'
  if (!any && hyphens.length > 0) throw new InvalidInputError(`too many hyphens: ${range}`)
  const start = any ? min : numberOf(low, min, names)
  const last = any ? max : high === undefined ? start : numberOf(high, min, names)
  if (slashes.length > 0) throw new InvalidInputError(`too many slashes: ${range}`)
  const step = stepText === undefined ? 1 : number(stepText)
  const end = stepText !== undefined && high === undefined ? max : last
  if (start < min) throw new InvalidInputError(`beginning of range (${start}) below minimum (${min}): ${range}`)
  if (end > max) throw new InvalidInputError(`end of range (${end}) above maximum (${max}): ${range}`)
  if (start > end) throw new InvalidInputError(`beginning of range (${start}) beyond end of range (${end}): ${range}`)
  if (step === 0) throw new InvalidInputError(`step of range should be a positive number: ${range}`)
  const values = Array.from({ length: Math.floor((end - start) / step) + 1 }, (_, i) => start + i * step)
  return { values, any: any && step === 1 }
}

function numberOf(text: string, min: number, names: string[]): number {
  const at = names.indexOf(text.toLowerCase())
  return at === -1 ? number(text) : min + at
}

function number(text: string): number {
  if (!/^[-+]?\d{1,15}$/.test(text))
    throw new InvalidInputError(
      `failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`,
    )
  const value = Number(text)
  if (value < 0) throw new InvalidInputError(`negative number (${value}) not allowed: ${text}`)
  return value
}
