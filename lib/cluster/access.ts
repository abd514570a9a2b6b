import * as z from 'zod'
import { exchange } from './http/read.ts'
import { ApiError, type ApiResource, type Transport } from './types.ts'

// Reviews of our own rights, which every authenticated user may ask for unless a cluster takes that away.

type Kind = Pick<ApiResource, 'group' | 'name'>

const reviewed = z.object({
  status: z.object({
    userInfo: z.object({ username: z.string().default(''), groups: z.array(z.string()).default([]) }),
  }),
})
const accessed = z.object({ status: z.object({ allowed: z.boolean().default(false) }) })
const rule = z.object({
  verbs: z.array(z.string()).nullish(),
  apiGroups: z.array(z.string()).nullish(),
  resources: z.array(z.string()).nullish(),
  resourceNames: z.array(z.string()).nullish(),
})
const ruled = z.object({
  status: z.object({ resourceRules: z.array(rule).nullish(), incomplete: z.boolean().default(false) }),
})

/** Who the API server takes us for; undefined where it does not say (before Kubernetes 1.28). */
export async function whoAmI(transport: Transport): Promise<{ username: string; groups: string[] } | undefined> {
  try {
    const answer = await review(transport, 'authentication.k8s.io', 'SelfSubjectReview', {})
    return reviewed.parse(answer).status.userInfo
  } catch (error) {
    if (error instanceof ApiError && [403, 404, 405].includes(error.status)) return undefined
    throw error
  }
}

/** Whether we may do this to a kind in all namespaces. `*` for a verb, group or name stands for any. */
export async function mayInCluster(transport: Transport, verb: string, { group, name }: Kind): Promise<boolean> {
  const spec = { resourceAttributes: { verb, group, resource: name } }
  return accessed.parse(await review(transport, 'authorization.k8s.io', 'SelfSubjectAccessReview', spec)).status.allowed
}

/** What we may do in one namespace. `incomplete`: an authorizer can't list its rules, so that more may be allowed. */
export interface NamespaceRights {
  may(verb: string, kind: Kind): boolean
  incomplete: boolean
}

export async function rightsIn(transport: Transport, namespace: string): Promise<NamespaceRights> {
  const answer = await review(transport, 'authorization.k8s.io', 'SelfSubjectRulesReview', { namespace })
  const { resourceRules, incomplete } = ruled.parse(answer).status
  const has = (list: readonly string[] | null | undefined, value: string) =>
    list?.some(each => each === '*' || each === value) ?? false
  return {
    incomplete,
    may: (verb, { group, name }) =>
      (resourceRules ?? []).some(
        ({ verbs, apiGroups, resources, resourceNames }) =>
          has(verbs, verb) && has(apiGroups, group) && has(resources, name) && !resourceNames?.length,
      ),
  }
}

async function review(transport: Transport, group: string, kind: string, spec: object): Promise<unknown> {
  const body = JSON.stringify({ apiVersion: `${group}/v1`, kind, spec })
  const path = `/apis/${group}/v1/${kind.toLowerCase()}s`
  return JSON.parse((await exchange(transport, { method: 'POST', path, body })).toString('utf8'))
}
