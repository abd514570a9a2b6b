import { InvalidInputError } from '../../velero/errors.ts'
import { goQuote } from '../../velero/go-quote.ts'
import { validateName } from '../../velero/names.ts'

/** Refuses what can be no name, before anything is asked for it. Throws InvalidInputError. */
export function checkNames(noun: string, names: readonly string[]): void {
  for (const name of names) {
    const problem = validateName(name)
    if (problem !== undefined)
      throw new InvalidInputError(`${goQuote(name.slice(0, 100))} is no name of a ${noun}: ${problem}`)
  }
}
