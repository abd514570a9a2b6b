/** The local zone. JavaScript's library for zones by name takes 30 ms to load, so it is not asked. */
export interface Zone {
  /** Minutes east of Greenwich at that time. */
  offset(date: Date): number
  /** The zone's compiled rules from the system's tz database, in latin1; `undefined` where there are none. */
  rules(): string | undefined
}

export const UTC: Zone = { offset: () => 0, rules: () => undefined }

/** A time in its zone: `2026-11-20T21:33:02`. */
export function localTime(date: Date, { offset }: Zone): string {
  return new Date(date.getTime() + offset(date) * 60_000).toISOString().slice(0, 19)
}
