import { badRequest } from './status.ts'

export type Labels = Readonly<Record<string, string>>
type Test = (labels: Labels) => boolean

const KEY = '[A-Za-z0-9](?:[-A-Za-z0-9_./]*[A-Za-z0-9])?'
const VALUE = '(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?)?'
const has = (labels: Labels, key: string) => Object.hasOwn(labels, key)

/** Every form of requirement in a label selector, in the order in which they are tried. */
const FORMS: readonly { pattern: RegExp; test: (key: string, value: string) => Test }[] = [
  {
    pattern: new RegExp(`^(${KEY})\\s+in\\s*\\(([^()]*)\\)$`),
    test: (key, values) => labels => has(labels, key) && split(values).includes(labels[key] ?? ''),
  },
  {
    pattern: new RegExp(`^(${KEY})\\s+notin\\s*\\(([^()]*)\\)$`),
    test: (key, values) => labels => !has(labels, key) || !split(values).includes(labels[key] ?? ''),
  },
  {
    pattern: new RegExp(`^(${KEY})\\s*!=\\s*(${VALUE})$`),
    test: (key, value) => labels => !has(labels, key) || labels[key] !== value,
  },
  {
    pattern: new RegExp(`^(${KEY})\\s*==?\\s*(${VALUE})$`),
    test: (key, value) => labels => has(labels, key) && labels[key] === value,
  },
  {
    pattern: new RegExp(`^(${KEY})\\s*([<>]\\s*-?\\d+)$`),
    test: (key, bound) => labels => {
      const limit = Number(bound.slice(1))
      const value = has(labels, key) && /^-?\d+$/.test(labels[key] ?? '') ? Number(labels[key]) : Number.NaN
      return bound.startsWith('>') ? value > limit : value < limit
    },
  },
  { pattern: new RegExp(`^(${KEY})$`), test: key => labels => has(labels, key) },
  { pattern: new RegExp(`^!\\s*(${KEY})$`), test: key => labels => !has(labels, key) },
]

const split = (values: string) => values.split(',').map(value => value.trim())

/** A label selector in text, as in a URL: `a=b,c!=d,e in (f,g),!h`. Throws the server's 400. */
export function parseLabelSelector(text: string): Test {
  const tests = text.trim() === '' ? [] : text.split(/,(?![^(]*\))/).map(part => parseRequirement(part.trim()))
  return labels => tests.every(test => test(labels))
}

function parseRequirement(part: string): Test {
  for (const { pattern, test } of FORMS) {
    const [, key, value = ''] = pattern.exec(part) ?? []
    if (key !== undefined) return test(key, value)
  }
  throw badRequest(`unable to parse requirement: ${JSON.stringify(part)} is not a label requirement`)
}

/** A field selector over the only fields that every kind has. Throws the server's 400. */
export function parseFieldSelector(text: string): (of: { name: string; namespace: string }) => boolean {
  const tests = text.split(',').flatMap(part => {
    if (part.trim() === '') return []
    const [, field = '', operator = '', value = ''] = /^([^=!]+)(!=|==?)(.*)$/.exec(part.trim()) ?? []
    if (operator === '') throw badRequest(`invalid selector: '${text}'; can't understand '${part}'`)
    if (field !== 'metadata.name' && field !== 'metadata.namespace')
      throw badRequest(`"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`)
    const wanted = operator !== '!='
    return (of: { name: string; namespace: string }) =>
      ((field === 'metadata.name' ? of.name : of.namespace) === value) === wanted
  })
  return of => tests.every(test => test(of))
}
