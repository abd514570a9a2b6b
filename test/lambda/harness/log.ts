import { expect } from 'vitest'
import { PLANTED } from './objects.ts'
import type { FunctionPool } from './pool.ts'
import type { LambdaWorld } from './world.ts'

/** The lines that are JSON, as the functions' own are; the platform's are not. */
export function logOf({ lines }: FunctionPool): Record<string, unknown>[] {
  return lines.flatMap(line => {
    try {
      return [JSON.parse(line) as Record<string, unknown>]
    } catch {
      return []
    }
  })
}

/** Nothing that opens a door, nor what stands in a Secret, was printed; in clear or in base64. */
export function expectNoSecrets({ printed, tokens, credentials }: LambdaWorld): void {
  const { first, second } = credentials
  const keys = [first, second].flatMap(({ secretAccessKey, sessionToken = '' }) => [secretAccessKey, sessionToken])
  const text = printed()
  expect(text).not.toBe('')
  for (const secret of [...Object.values(tokens), ...keys, PLANTED])
    for (const form of [secret, btoa(secret).replaceAll('=', '')]) expect(text.includes(form), secret).toBe(false)
}
