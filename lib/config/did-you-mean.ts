import { nearest } from '../velero/nearest.ts'

/** ` (did you mean "x"?)` where one of the candidates is near, else nothing. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const found = nearest(word, candidates)
  return found === undefined ? '' : ` (did you mean ${JSON.stringify(found)}?)`
}
