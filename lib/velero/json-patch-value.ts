import { InvalidInputError, messageOf } from './errors.ts'
import { parseLossless } from './lossless.ts'

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/

/**
 * The value that a text stands for in a patch or a match: null, a boolean, a number, an object or a list if it looks
 * like one, else a string. Quotes around it make it a string whatever it looks like. Where Velero would send broken JSON
 * (`007`, `a"b`) it is a string too; `True` is true. Throws InvalidInputError for an object or list that is no JSON.
 */
export function patchValue(text: string): unknown {
  if (text.startsWith('"') && text.endsWith('"')) return stringOf(text.slice(1, -1))
  if (text === 'null') return null
  if (/^(?:true|false)$/i.test(text)) return text.toLowerCase() === 'true'
  if (NUMBER.test(text)) return parseLossless(Buffer.from(text))
  if (!/^[[{]/.test(text)) return stringOf(text)
  try {
    return parseLossless(Buffer.from(text))
  } catch (error) {
    throw new InvalidInputError(`not JSON: ${messageOf(error)}`, { cause: error })
  }
}

/** Velero puts quotes around a text as it is, so that escapes in it mean what they mean in JSON. */
function stringOf(text: string): string {
  try {
    return JSON.parse(`"${text}"`)
  } catch {
    return text
  }
}
