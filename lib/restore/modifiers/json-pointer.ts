import { type Container, isContainer, peek, set } from './container.ts'

/** Where the last step of a JSON pointer (RFC 6901) is taken: in `parent`. There need be nothing at `key` yet. */
export interface Place {
  readonly parent: Container
  readonly key: string
  /** The containers that lead there, outermost first, each with the step to the next. */
  readonly above: readonly (readonly [container: Container, step: string])[]
}

/** Undefined where there is no container to take the last step in, for a text that is no pointer, and for the document itself. */
export function placeOf(document: unknown, pointer: string): Place | undefined {
  const [start, ...steps] = pointer.split('/')
  const key = steps.pop()
  if (start !== '' || key === undefined) return undefined
  const above: [Container, string][] = []
  let parent = document
  for (const step of steps.map(unescaped)) {
    if (!isContainer(parent)) return undefined
    above.push([parent, step])
    parent = peek(parent, step)
  }
  return isContainer(parent) ? { parent, key: unescaped(key), above } : undefined
}

/** The document with another container in the place of the parent. */
export function rebuilt({ above }: Place, parent: Container): Container {
  return above.reduceRight((inner, [container, step]) => set(container, step, inner), parent)
}

const unescaped = (step: string) => step.replaceAll('~1', '/').replaceAll('~0', '~')
