import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

/** What `-resource-list.json.gz` holds: `apps/v1/Deployment` to `ns/name`. */
export type ResourceList = Record<string, string[]>

const folder = new URL('../../../../shared/golden/harbor-1.18.1/backups/', import.meta.url)

/** Why the comparisons with a bucket of real Velero are skipped; '' where it is there. */
export const noGolden = existsSync(folder) ? '' : `there is no golden data in ${folder.pathname}`

export function goldenText(backup: string, suffix: string): string {
  return gunzipSync(readFileSync(new URL(`${backup}/${backup}${suffix}`, folder))).toString()
}

/** Letters that Kubernetes makes up names of; words of people have vowels. */
const GENERATED = /-[bcdfghjklmnpqrstvwxz2456789]{5}$/

/**
 * One row an object, sorted, with the generated ends of names taken off. Events are left out: when and how often they
 * happen is chance. So are the namespaces that `aside` names, with what is in them.
 */
export function comparable(list: ResourceList, aside: readonly string[] = []): string[] {
  const rows = Object.entries(list).flatMap(([kind, names]) =>
    kind === 'v1/Event'
      ? []
      : names
          .filter(name => !aside.includes(kind === 'v1/Namespace' ? name : (/^(.*)\//.exec(name)?.[1] ?? '')))
          .map(name => `${kind} ${name.replace(GENERATED, '-*').replace(/^(kube-system\/apiserver)-.*/, '$1-*')}`),
  )
  return rows.sort()
}

/** What real Velero stored of this cluster, without what belongs to Velero itself. */
export function goldenRows(backup: string): string[] {
  const rows = comparable(JSON.parse(goldenText(backup, '-resource-list.json.gz')) as ResourceList, ['velero'])
  const own = [/velero\.io/, /^rbac\S+ClusterRoleBinding velero$/, /^rbac\S+ClusterRole cluster-admin$/]
  return rows.filter(row => !own.some(pattern => pattern.test(row)))
}
