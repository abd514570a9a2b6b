import * as z from 'zod'
import { messageOf } from '../../velero/errors.ts'
import { exchange } from '../http/read.ts'
import { ApiError, ConnectionError, type DeadGroup, type Transport } from '../types.ts'
import { deadGroup, type Found, type GroupVersion } from './groups.ts'

// Servers before 1.26, and proxies that drop the Accept header: one request per group-version.

const coreSchema = z.object({ versions: z.array(z.string()) })
const groupsSchema = z.object({
  groups: z.array(
    z.object({
      name: z.string(),
      versions: z.array(z.object({ version: z.string() })),
      preferredVersion: z.object({ version: z.string() }).optional(),
    }),
  ),
})
const texts = z
  .array(z.string())
  .nullish()
  .transform(value => value ?? [])
const resourcesSchema = z.object({
  resources: z.array(
    z.object({
      name: z.string(),
      singularName: z.string().optional(),
      namespaced: z.boolean(),
      kind: z.string(),
      verbs: texts,
      shortNames: texts,
    }),
  ),
})

/** `core` and `groups` are the plain answers of /api and /apis. */
export async function discoverByGroup(transport: Transport, core: unknown, groups: unknown): Promise<Found> {
  const wanted = [
    ...coreSchema.parse(core).versions.map(version => ({ group: '', version })),
    ...groupsSchema.parse(groups).groups.flatMap(({ name, versions, preferredVersion }) => {
      const first = preferredVersion?.version
      const ordered = versions.map(({ version }) => version).sort((a, b) => Number(b === first) - Number(a === first))
      return ordered.map(version => ({ group: name, version }))
    }),
  ]
  const answers = await Promise.all(wanted.map(({ group, version }) => discoverVersion(transport, group, version)))
  return {
    versions: answers.filter(answer => 'resources' in answer),
    dead: answers.filter(answer => 'apiService' in answer),
  }
}

async function discoverVersion(
  transport: Transport,
  group: string,
  version: string,
): Promise<GroupVersion | DeadGroup> {
  try {
    const path = group === '' ? `/api/${version}` : `/apis/${group}/${version}`
    const { resources } = resourcesSchema.parse(
      JSON.parse((await exchange(transport, { method: 'GET', path })).toString('utf8')),
    )
    return {
      group,
      version,
      resources: resources
        .filter(({ name }) => !name.includes('/'))
        .map(({ singularName, ...resource }) => ({
          group,
          version,
          singularName: singularName || resource.kind.toLowerCase(),
          ...resource,
        })),
    }
  } catch (error) {
    if (group === '' || !isDead(error)) throw error
    return deadGroup(group, version, messageOf(error))
  }
}

/** An aggregated API that does not answer, or not with what it should; refusals of us (401, 403) are something else. */
function isDead(error: unknown): boolean {
  if (error instanceof ApiError) return error.status === 404 || error.status >= 500
  return error instanceof ConnectionError || error instanceof SyntaxError || error instanceof z.ZodError
}
