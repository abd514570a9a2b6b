import { canBeBackedUp, groupResource, NAMESPACES } from '../../backup/select/resources.ts'
import { mayInCluster, type NamespaceRights, rightsIn } from '../../cluster/access.ts'
import { exchange } from '../../cluster/http/read.ts'
import { ApiError, type ApiResource, type Discovery, type Transport } from '../../cluster/types.ts'
import { NON_RESTORABLE } from '../../velero/defaults-restore.ts'
import { NEVER_COLLECTED_ANY } from '../../velero/resource-filters.ts'
import { inTurn } from '../found-runs.ts'
import { attempt, ok, problem, some, warning } from './checks.ts'
import type { Check, Purpose } from './types.ts'

/** What must be allowed, and for which kinds; without a right that is not `needed`, some of it still works. */
interface Need {
  verb: 'list' | 'create' | 'get' | 'patch'
  needed: boolean
  but: readonly string[]
  next: string
}

const GRANT = 'by a ClusterRole bound to the user above'

const NEEDS: Record<Purpose, readonly Need[]> = {
  backup: [
    {
      verb: 'list',
      needed: true,
      but: NEVER_COLLECTED_ANY,
      next: `Grant list ${GRANT}, or leave these kinds out: --exclude-resources.`,
    },
  ],
  restore: [
    {
      verb: 'create',
      needed: true,
      but: NON_RESTORABLE,
      next: `Grant create ${GRANT}, or leave these kinds out: --exclude-resources. If nothing is to be restored from here: --for backup.`,
    },
    {
      verb: 'get',
      needed: false,
      but: NON_RESTORABLE,
      next: `Grant get ${GRANT}: objects that exist are compared with those of the backup.`,
    },
    {
      verb: 'patch',
      needed: false,
      but: NON_RESTORABLE,
      next: `Grant patch ${GRANT}: status, field owners and --existing-resource-policy update need it.`,
    },
  ],
}

/** Namespaces in which rights are looked at where they do not hold in all of them, and kinds that are asked for one by one. */
const MOST_NAMESPACES = 20
const MOST_KINDS = 500
const AT_ONCE = 16

/** Which kinds we may list, create and change: cluster-wide, or at least in some namespaces. Reviews of our own rights only. */
export async function checkRights(
  transport: Transport,
  { resources }: Discovery,
  purposes: readonly Purpose[],
): Promise<Check[]> {
  let rights: Promise<Map<string, NamespaceRights>> | undefined
  const inNamespaces = () => {
    rights ??= namespaceRights(transport)
    return rights
  }
  const needs = purposes.flatMap(purpose => NEEDS[purpose])
  const checks = await Promise.all(
    needs.map(need => {
      const what = `right to ${need.verb}`
      const kinds = resources
        .filter(canBeBackedUp)
        .filter(kind => kind.verbs.includes(need.verb) && !need.but.includes(groupResource(kind)))
      return attempt(what, () => checkNeed(transport, need, kinds, inNamespaces))
    }),
  )
  return checks.flat()
}

async function checkNeed(
  transport: Transport,
  { verb, needed, next }: Need,
  kinds: readonly ApiResource[],
  inNamespaces: () => Promise<Map<string, NamespaceRights>>,
): Promise<Check | Check[]> {
  const what = `right to ${verb}`
  const { asked, denied } = await deniedKinds(transport, verb, kinds)
  if (denied.length === 0)
    return ok(what, `${asked < kinds.length ? `the first ${asked} of` : 'all'} ${kinds.length} kinds, cluster-wide`)
  const rights = denied.some(({ namespaced }) => namespaced) ? await inNamespaces() : new Map<string, NamespaceRights>()
  const places = (kind: ApiResource) =>
    kind.namespaced ? [...rights].filter(([, { may }]) => may(verb, kind)).map(([namespace]) => namespace) : []
  const partly = denied.filter(kind => places(kind).length > 0)
  const nowhere = denied.filter(kind => !partly.includes(kind)).map(groupResource)
  const unsure = [...rights.values()].some(({ incomplete }) => incomplete) ? ', as far as the cluster tells' : ''
  const checks: Check[] = []
  if (nowhere.length > 0) {
    const detail = `not cluster-wide, and in no namespace that was looked at${unsure}: ${nowhere.length} of ${kinds.length} kinds: ${some(nowhere)}`
    checks.push({
      ...(needed ? problem(what, 'refused', detail, next) : warning(what, detail, next)),
      kinds: nowhere,
    })
  }
  if (partly.length > 0) {
    const names = partly.map(groupResource)
    const where = [...new Set(partly.flatMap(places))].sort()
    const detail = `not cluster-wide, only in ${some(where, 5)}: ${names.length} of ${kinds.length} kinds: ${some(names)}`
    checks.push({
      ...warning(what, detail, `${next} Within these namespaces it works: --include-namespaces.`),
      kinds: names,
    })
  }
  return checks
}

/** Those that are not allowed in all namespaces: asked for all at once, then by group, then one by one. */
async function deniedKinds(
  transport: Transport,
  verb: string,
  kinds: readonly ApiResource[],
): Promise<{ asked: number; denied: ApiResource[] }> {
  if (await mayInCluster(transport, verb, { group: '*', name: '*' })) return { asked: kinds.length, denied: [] }
  const first = kinds.slice(0, MOST_KINDS)
  const groups = [...Map.groupBy(first, ({ group }) => group)]
  const denied = await inTurn(groups, AT_ONCE, async ([group, members]) => {
    if (members.length > 1 && (await mayInCluster(transport, verb, { group, name: '*' }))) return []
    const allowed = await inTurn(members, AT_ONCE, kind => mayInCluster(transport, verb, kind))
    return members.filter((_, i) => !allowed[i])
  })
  return { asked: first.length, denied: denied.flat() }
}

/** Of the first namespaces, where they can be listed; else of `default`. */
async function namespaceRights(transport: Transport): Promise<Map<string, NamespaceRights>> {
  const names = await firstNamespaces(transport)
  const rights = await inTurn(names, AT_ONCE, name => rightsIn(transport, name))
  return new Map(names.map((name, i) => [name, rights[i] as NamespaceRights]))
}

async function firstNamespaces(transport: Transport): Promise<string[]> {
  try {
    const path = `/api/v1/${NAMESPACES}?limit=${MOST_NAMESPACES}`
    const list = JSON.parse((await exchange(transport, { method: 'GET', path })).toString('utf8'))
    return (list.items as { metadata: { name: string } }[]).map(({ metadata }) => metadata.name)
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 403) throw error
    return ['default']
  }
}
