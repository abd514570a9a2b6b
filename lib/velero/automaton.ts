// Expressions as automata that read a text once, keeping every state they may be in: the time is the text's length times
// the number of states, whatever the expression, where JavaScript's own may backtrack for ever.

/** One character; undefined beyond either end of the text. */
export type Character = string | undefined
export type CharacterTest = (character: string) => boolean
/** Between two characters: whether it may go on from there. */
export type PlaceTest = (before: Character, after: Character) => boolean

export type State =
  | { readonly kind: 'character'; readonly fits: CharacterTest; readonly next: State }
  | { readonly kind: 'place'; readonly fits: PlaceTest; readonly next: State }
  | { readonly kind: 'either'; readonly next: readonly State[] }
  | { readonly kind: 'end' }

/** A piece of an expression, which goes on to any state; `size` counts the states that it makes. */
export interface Fragment {
  readonly size: number
  to(next: State): State
}

export const oneCharacter = (fits: CharacterTest): Fragment => ({
  size: 1,
  to: next => ({ kind: 'character', fits, next }),
})

export const place = (fits: PlaceTest): Fragment => ({ size: 1, to: next => ({ kind: 'place', fits, next }) })

export const sequence = (fragments: readonly Fragment[]): Fragment => ({
  size: total(fragments),
  to: next => fragments.reduceRight((after, fragment) => fragment.to(after), next),
})

export const either = (fragments: readonly Fragment[]): Fragment => ({
  size: total(fragments) + 1,
  to: next => ({ kind: 'either', next: fragments.map(fragment => fragment.to(next)) }),
})

/** From `least` to `most` times; `most` may be Infinity. */
export function repeat(fragment: Fragment, least: number, most: number): Fragment {
  const copies = most === Infinity ? least + 1 : most
  return {
    size: (fragment.size + 1) * copies,
    to: next => {
      let state = most === Infinity ? anyNumber(fragment, next) : next
      if (most !== Infinity)
        for (let i = least; i < most; i++) state = { kind: 'either', next: [fragment.to(state), next] }
      for (let i = 0; i < least; i++) state = fragment.to(state)
      return state
    },
  }
}

function anyNumber(fragment: Fragment, next: State): State {
  const ways: State[] = []
  const state: State = { kind: 'either', next: ways }
  ways.push(fragment.to(state), next)
  return state
}

const total = (fragments: readonly Fragment[]) => fragments.reduce((size, fragment) => size + fragment.size, 0)

/** A test for texts that the expression fits somewhere. */
export function finder(fragment: Fragment): (text: string) => boolean {
  const start = fragment.to({ kind: 'end' })
  return text => {
    let previous: Character
    let states: State[] = []
    for (const character of [...text, undefined]) {
      const reached = new Set<State>()
      if (reach([...states, start], previous, character, reached)) return true
      states = character === undefined ? [] : follow(reached, character)
      previous = character
    }
    return false
  }
}

/** Adds what can be reached without a character; answers whether the end can. */
function reach(states: State[], before: Character, after: Character, reached: Set<State>): boolean {
  for (let state = states.pop(); state !== undefined; state = states.pop()) {
    if (reached.has(state)) continue
    reached.add(state)
    if (state.kind === 'end') return true
    if (state.kind === 'either') for (const way of state.next) states.push(way)
    else if (state.kind === 'place' && state.fits(before, after)) states.push(state.next)
  }
  return false
}

function follow(states: ReadonlySet<State>, character: string): State[] {
  const next: State[] = []
  for (const state of states) if (state.kind === 'character' && state.fits(character)) next.push(state.next)
  return next
}
