/** How much is gathered before it goes on its way. Only tests have other sizes, to pass by every border with little data. */
export interface Sizes {
  /** Of an upload's parts, in bytes: S3 takes none smaller, but for the last. */
  part: number
  /** Of tar in a member, in bytes: the unit of compression, reading and checking. */
  member: number
  /** Of growing text: what is compressed at once, in characters. */
  text: number
  /** Of compressed text: what is kept in memory before it goes to the store, in bytes. */
  kept: number
  /** Rows in memory before they are sorted and put aside. */
  rows: number
}

export const SIZES: Sizes = { part: 5 << 20, member: 1 << 20, text: 256 << 10, kept: 1 << 20, rows: 40_000 }
