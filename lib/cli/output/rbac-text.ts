import type { RbacPlan } from '../../jobs/rbac/types.ts'
import { plainYaml } from './plain-yaml.ts'

export interface Subject {
  kind: 'Group' | 'User' | 'ServiceAccount'
  name: string
  namespace?: string
}

export interface RbacNames {
  /** Of roles and bindings. */
  name: string
  purpose: 'backup' | 'restore'
  subjects: readonly Subject[]
}

const API = 'rbac.authorization.k8s.io'
/** By which all of it is found again. */
const LABEL = 'lateen.io/rbac'
const WIDTH = 100

/** Manifests for `kubectl apply -f -`, below a comment that says what they let people do. */
export function rbacText(plan: RbacPlan, names: RbacNames): string {
  const documents = manifests(plan, names).map(each => `---\n${plainYaml(each)}`)
  return `${comment(plan, names)}\n${documents.join('')}`
}

function comment({ powers, notes, namespaces }: RbacPlan, { name, purpose, subjects }: RbacNames): string {
  const missing = namespaces.filter(each => each.missing).map(each => each.name)
  const made = `A Role lies in its namespace, so these are made here, where there are none: ${missing.join(', ')}. A restore leaves them as they are: they get no labels or annotations of the backup.`
  const paragraphs = [
    `Rights of ${subjects.map(shown).join(', ')} for ${purpose === 'backup' ? 'backups' : 'restores'} by Lateen.`,
    ...powers.map(text => `- ${text}`),
    ...(notes.length + missing.length > 0 ? ['', 'Note:'] : []),
    ...[...notes, ...(missing.length > 0 ? [made] : [])].map(text => `- ${text}`),
    '',
    ...subjects.flatMap(binding),
    'To take all of it away:',
    `  kubectl delete clusterrolebindings,clusterroles,rolebindings,roles -A -l ${LABEL}=${name}`,
  ]
  return paragraphs.flatMap(wrapped).join('\n')
}

function shown({ kind, name, namespace }: Subject): string {
  const words = { Group: 'group', User: 'user', ServiceAccount: 'service account' }
  return `the ${words[kind]} ${JSON.stringify(namespace === undefined ? name : `${namespace}:${name}`)}`
}

/** How somebody comes to be the subject, where that is for others to say. */
function binding({ kind, name }: Subject): string[] {
  if (kind !== 'Group') return []
  return [
    'On EKS an access entry puts the role of the function, or of a person, into the group:',
    '  aws eks create-access-entry --cluster-name CLUSTER --principal-arn arn:aws:iam::ACCOUNT:role/ROLE \\',
    `    --kubernetes-groups ${name}`,
  ]
}

/** Commands stay on their line. */
function wrapped(text: string): string[] {
  if (text === '' || text.startsWith('  ')) return [`# ${text}`.trimEnd()]
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length + 3 > WIDTH) {
      lines.push(line)
      line = text.startsWith('- ') ? ' ' : ''
    }
    line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line].map(each => `# ${each}`)
}

function manifests({ cluster, namespaces }: RbacPlan, { name, subjects }: RbacNames): object[] {
  const labels = { [LABEL]: name }
  const role = (kind: string, rules: readonly object[], namespace?: string) => [
    { apiVersion: `${API}/v1`, kind, metadata: { name, ...(namespace && { namespace }), labels }, rules },
    {
      apiVersion: `${API}/v1`,
      kind: `${kind}Binding`,
      metadata: { name, ...(namespace && { namespace }), labels },
      roleRef: { apiGroup: API, kind, name },
      subjects: subjects.map(each => (each.kind === 'ServiceAccount' ? each : { ...each, apiGroup: API })),
    },
  ]
  return [
    ...namespaces
      .filter(({ missing }) => missing)
      .map(each => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: each.name } })),
    ...(cluster.length > 0 ? role('ClusterRole', cluster) : []),
    ...namespaces.flatMap(each => role('Role', each.rules, each.name)),
  ]
}
