import type { User } from './access.ts'
import { type Json, type JsonObject, parseJson } from './json.ts'
import type { Kind } from './kinds.ts'
import type { Registry } from './registry.ts'

type Asker = Omit<User, 'token'>
type Review = (user: Asker, registry: Registry, spec: JsonObject) => JsonObject

/** What anybody may ask about himself, by kind; nothing of it is stored. */
const REVIEWS: Readonly<Record<string, Review>> = {
  SelfSubjectReview: ({ name }) => ({ userInfo: { username: name, groups: ['system:authenticated'] } }),
  SelfSubjectAccessReview: (user, registry, { resourceAttributes = {} }) => {
    const { verb = '', group = '', resource = '', namespace = '' } = resourceAttributes as Record<string, string>
    const asked = registry.kinds().filter(kind => matches(group, kind.group) && matches(resource, kind.resource))
    return { allowed: asked.length > 0 && asked.every(kind => user.authorise(verb, qualified(kind), namespace)) }
  },
  SelfSubjectRulesReview: (user, registry, { namespace = '' }) => {
    const resourceRules = registry.kinds().flatMap((kind): Json[] => {
      const verbs = kind.verbs.filter(verb => user.authorise(verb, qualified(kind), String(namespace)))
      return verbs.length === 0 ? [] : [{ verbs, apiGroups: [kind.group], resources: [kind.resource] }]
    })
    return { resourceRules, nonResourceRules: [], incomplete: false }
  },
}

const matches = (asked: string, is: string) => asked === '*' || asked === is
const qualified = ({ group, resource }: Kind) => (group === '' ? resource : `${resource}.${group}`)

/** The answer to a review of the asker's own rights; `undefined` for any other kind. */
export function reviewSelf(kind: Kind, user: Asker, registry: Registry, body: string): JsonObject | undefined {
  const review = Object.hasOwn(REVIEWS, kind.kind) ? REVIEWS[kind.kind] : undefined
  if (review === undefined) return undefined
  const asked = parseJson(body) as JsonObject
  return { ...asked, status: review(user, registry, (asked.spec ?? {}) as JsonObject) }
}
