import { unique } from './statement.ts'

/** Says for texts with wildcards what stands in a policy: all of them, or fewer that mean more. Takes those of one group. */
export type Merge = (texts: readonly string[]) => string[]

export const asTheyAre: Merge = unique

/** What all of them begin and end with, and anything between; one alone stays. A reference of CloudFormation is not cut in two. */
export const merged: Merge = texts => {
  const all = asTheyAre(texts).map(tokensOf)
  const [first] = all
  if (first === undefined || all.length === 1) return asTheyAre(texts)
  const shortest = Math.min(...all.map(tokens => tokens.length))
  const alike = (at: (tokens: string[]) => string | undefined) => all.every(tokens => at(tokens) === at(first))
  let head = 0
  while (head < shortest && alike(tokens => tokens[head])) head++
  let tail = 0
  while (tail < shortest - head && alike(tokens => tokens.at(-1 - tail))) tail++
  return [`${first.slice(0, head).join('')}*${first.slice(first.length - tail).join('')}`]
}

const tokensOf = (text: string): string[] => text.match(/\$\{[^}]*\}|./gsu) ?? []
