import { compareKeys, itemKey, type RawItem } from './item.ts'

/** Decides which items are new: after a failure some come again. */
export class Taker {
  /** The key of the last item that was handed over. */
  taken: string
  /** Keys did not ascend: there is no telling what to pass over once the list breaks off. */
  unordered = false
  /** Items are with whoever asked for them: what fails now is no failure of the list. */
  handing = false
  /** What comes up to `taken` was handed over before. */
  #passing: boolean
  /** The last key that was passed over. */
  #passed = ''
  #touched = false

  constructor(from: { after: string; untouched?: true } = { after: '' }) {
    this.taken = from.after
    this.#passing = from.after !== '' && from.untouched === undefined
  }

  /** The page at hand is read again, or the whole list. */
  again(fromStart: boolean): void {
    if (fromStart || this.#touched) this.#passing = this.taken !== ''
    this.#passed = ''
  }

  nextPage(): void {
    this.#touched = false
  }

  /** Throws SyntaxError where it can't be told whether an item is new. */
  fresh(items: RawItem[]): RawItem[] {
    const fresh: RawItem[] = []
    for (const item of items) {
      const key = itemKey(item)
      const ahead = compareKeys(key, this.taken) > 0
      if (this.#passing && !ahead) {
        this.unordered ||= this.#passed !== '' && compareKeys(key, this.#passed) <= 0
        if (this.unordered) throw new SyntaxError('the keys of a list do not ascend')
        this.#passed = key
        continue
      }
      if (!ahead) this.unordered = true
      this.#passing = false
      this.#touched = true
      this.taken = key
      fresh.push(item)
    }
    return fresh
  }
}
