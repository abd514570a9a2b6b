import { setTimeout as sleep } from 'node:timers/promises'
import { exchange } from '../lib/cluster/http/read.ts'
import { deleteObject, getObject, resourcePath } from '../lib/cluster/objects.ts'
import type { Transport } from '../lib/cluster/types.ts'

export const NAMESPACE = 'nginx-example'

const kind = (group: string, name: string) => ({ group, version: 'v1', name })
const NAMESPACES = kind('', 'namespaces')
/** What people look at to see whether an application is there. */
const SHOWN = [kind('apps', 'deployments'), kind('apps', 'replicasets'), kind('', 'pods'), kind('', 'services')]

/** An object by its kind, name, and the address that the cluster gave it. */
export interface Shown {
  kind: string
  name: string
  address: string
}

interface Listed {
  items: { metadata: { name: string }; spec?: { clusterIP?: string }; status?: { podIP?: string; phase?: string } }[]
}

export async function exists(transport: Transport): Promise<boolean> {
  return (await getObject(transport, NAMESPACES, { name: NAMESPACE })) !== undefined
}

export async function look(transport: Transport): Promise<Shown[]> {
  const lists = await Promise.all(SHOWN.map(async each => ({ each, list: await list(transport, each) })))
  return lists.flatMap(({ each, list: { items } }) =>
    items.map(({ metadata, spec, status }) => ({
      kind: each.name,
      name: metadata.name,
      address: status?.podIP ?? spec?.clusterIP ?? '',
    })),
  )
}

/** Waits until both pods run, which takes a moment where images are pulled. */
export async function running(transport: Transport): Promise<void> {
  await until('its pods to run', async () => {
    const { items } = await list(transport, kind('', 'pods'))
    return items.length === 2 && items.every(({ status }) => status?.phase === 'Running')
  })
}

export async function destroy(transport: Transport): Promise<void> {
  await deleteObject(transport, NAMESPACES, { name: NAMESPACE })
  await until('the namespace to be gone', async () => !(await exists(transport)))
}

async function list(transport: Transport, resource: ReturnType<typeof kind>): Promise<Listed> {
  const path = resourcePath(resource, NAMESPACE)
  return JSON.parse((await exchange(transport, { method: 'GET', path })).toString()) as Listed
}

async function until(what: string, ready: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 120_000; !(await ready()); await sleep(200))
    if (Date.now() > end) throw new Error(`waited two minutes for ${what}`)
}
