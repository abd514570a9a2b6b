import { existsSync, globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { newBucket, restoreJson, type TestBucket } from './bucket.ts'
import { noKit } from './fresh-cluster.ts'
import type { ResourceList } from './resource-list.ts'

const root = fileURLToPath(new URL('../../../../shared/golden/', import.meta.url))

/** Why comparisons of clusters with those after real Velero's restores are skipped; '' where they are not. */
export const noComparison = existsSync(root) ? noKit : `there is no golden data in ${root}`

/** A bucket with the backups that real Velero wrote, and without its restores: their names are to be free. */
export async function goldenBucket(folder: string): Promise<TestBucket> {
  const bucket = await newBucket()
  const files = globSync('backups/*/*', { cwd: `${root}${folder}` })
  await Promise.all(files.map(file => bucket.store.put(file, readFileSync(`${root}${folder}/${file}`))))
  return bucket
}

/** What became of each object of a restore: `v1/Pod shop/lone` to `created`. */
export type Actions = Map<string, string>

export function goldenActions(folder: string, restore: string): Actions {
  const file = `${root}${folder}/restores/${restore}/restore-${restore}-resource-list.json.gz`
  return actionsOf(JSON.parse(gunzipSync(readFileSync(file)).toString()))
}

export async function actionsIn(bucket: TestBucket, restore: string): Promise<Actions> {
  return actionsOf(await restoreJson<ResourceList>(bucket, restore, 'resource-list.json.gz'))
}

function actionsOf(list: ResourceList): Actions {
  const entries = Object.entries(list).flatMap(([kind, names]) =>
    names.map(text => {
      const [, name, action] = /^(.*)\((\w+)\)$/.exec(text) ?? []
      return [`${kind} ${name}`, action ?? ''] as const
    }),
  )
  return new Map(entries)
}

/** Where two restores did not do the same: `v1/Pod shop/lone: failed, here skipped`. */
export function otherActions(expected: Actions, found: Actions): string[] {
  const names = new Set([...expected.keys(), ...found.keys()])
  return [...names]
    .filter(name => expected.get(name) !== found.get(name))
    .map(name => `${name}: ${expected.get(name) ?? 'absent'}, here ${found.get(name) ?? 'absent'}`)
    .sort()
}
