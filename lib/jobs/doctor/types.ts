export type Verdict = 'ok' | 'warning' | 'problem'

/** What a problem is of: what was configured, a server that is out of reach or turns us away, or one that is not fit for use. */
export type Fault = 'configuration' | 'refused' | 'unfit'

/** One thing that was looked at. */
export interface Check {
  verdict: Verdict
  /** `cluster`, `right to list`, `store: If-Match`. */
  what: string
  detail: string
  /** What to do about it; of all that is not ok. */
  next?: string
  /** Of a problem. */
  fault?: Fault
  /** All kinds that the detail is about; it names the first ones. */
  kinds?: string[]
}

export type Purpose = 'backup' | 'restore'

export interface DoctorResult {
  checks: Check[]
}
