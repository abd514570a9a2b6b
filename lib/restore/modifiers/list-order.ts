export type List = readonly unknown[]
export type Same = (a: unknown, b: unknown) => boolean

/**
 * Items that are wanted in the order wanted, the others in the order of before, with those that are the same side by side.
 * Between the two the order of before, which has all the others, decides: one of them comes first if it stood before.
 */
export function inOrder(list: List, wanted: List, before: List, same: Same): List {
  const place = (order: List, item: unknown) => order.findIndex(other => same(other, item))
  const sorted = (items: List, order: List) => items.toSorted((a, b) => place(order, a) - place(order, b))
  const stoodBefore = (a: unknown, b: unknown) => place(before, a) < place(before, b)
  const isWanted = (item: unknown) => place(wanted, item) >= 0
  const named = sorted(list.filter(isWanted), wanted)
  const others = sorted(
    list.filter(item => !isWanted(item)),
    before,
  )
  const ordered: unknown[] = []
  let at = 0
  for (const item of named) {
    while (at < others.length && stoodBefore(others[at], item)) ordered.push(others[at++])
    ordered.push(item)
  }
  return [...ordered, ...others.slice(at)]
}

/** Whether the items of `part` are all in `whole`, in the same order. */
export function isSubsequence(part: List, whole: List, same: Same): boolean {
  let found = 0
  for (const item of whole) if (found < part.length && same(part[found], item)) found++
  return found === part.length
}
