import { allows, type Rule } from './rules.ts'
import type { Rights } from './types.ts'

type Kind = { group: string; name: string }

const SECRETS: Kind = { group: '', name: 'secrets' }
const RBAC = 'rbac.authorization.k8s.io'

const PROGRAMS = 'runs programs as any service account and with any Secret'

/** By what one who may create objects has more than that: what each kind leads to. */
const LEVERS: readonly { kinds: readonly Kind[]; so: string }[] = [
  {
    kinds: [
      { group: '', name: 'pods' },
      { group: '', name: 'replicationcontrollers' },
      ...['deployments', 'daemonsets', 'statefulsets', 'replicasets'].map(name => ({ group: 'apps', name })),
      ...['jobs', 'cronjobs'].map(name => ({ group: 'batch', name })),
    ],
    so: PROGRAMS,
  },
  { kinds: [SECRETS], so: 'makes itself tokens of any service account' },
  { kinds: [{ group: RBAC, name: 'roles' }], so: 'widens any Role, its own among them' },
  { kinds: [{ group: RBAC, name: 'clusterroles' }], so: 'widens any ClusterRole, its own among them' },
  { kinds: [{ group: RBAC, name: 'rolebindings' }], so: 'gives anybody any role' },
  { kinds: [{ group: RBAC, name: 'clusterrolebindings' }], so: 'gives anybody any role in all of the cluster' },
  {
    kinds: ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations', 'mutatingadmissionpolicies'].map(
      name => ({ group: 'admissionregistration.k8s.io', name }),
    ),
    so: 'puts itself before every request',
  },
  { kinds: [{ group: 'apiregistration.k8s.io', name: 'apiservices' }], so: 'answers for the API server' },
]

/** What rights come to, for whoever decides on them: in whole sentences about "it". */
export function powersOf(rights: Rights): string[] {
  return [reading(rights), secrets(rights), ...writing(rights)].filter(text => text !== '')
}

function reading({ cluster, namespaces }: Rights): string {
  const everywhere = kindsOf(cluster, 'list')
  const within = kindsOf(
    namespaces.flatMap(({ rules }) => rules),
    'list',
  )
  const parts = [
    ...(everywhere.length > 0 ? [`${count(everywhere)} in all of the cluster`] : []),
    ...(within.length > 0 ? [`${count(within)} in ${placesWith(namespaces, 'list').join(', ')}`] : []),
  ]
  return parts.length > 0 ? `It reads lists of ${parts.join('; ')}.` : ''
}

function secrets({ cluster, namespaces }: Rights): string {
  const reads = (rules: readonly Rule[]) => ['list', 'get'].some(verb => allows(rules, verb, SECRETS))
  const within = namespaces.filter(({ rules }) => reads(rules)).map(({ name }) => name)
  const where = reads(cluster) ? 'in all namespaces' : within.join(', ')
  const programs = leversOf([...cluster, ...namespaces.flatMap(({ rules }) => rules)]).includes(PROGRAMS)
  if (where === '')
    return programs ? 'It may not read Secrets itself, but the programs that it runs may.' : 'It reads no Secrets.'
  const place = reads(cluster) ? where : `in ${where}`
  return `It READS SECRETS ${place}: passwords, keys, and tokens of service accounts if there are any. Who has such a token has the rights of its account, up to those of cluster-admin.`
}

function writing({ cluster, namespaces }: Rights): string[] {
  const [everywhere, within] = [
    kindsOf(cluster, 'create'),
    namespaces.filter(({ rules }) => kindsOf(rules, 'create').length > 0),
  ]
  if (everywhere.length === 0 && within.length === 0) return ['It creates, changes and deletes nothing.']
  const names = within.map(({ name }) => name).join(', ')
  const parts = [
    ...(everywhere.length > 0 ? [`${count(everywhere)} in all of the cluster`] : []),
    ...(within.length > 0
      ? [`${count([...new Set(within.flatMap(({ rules }) => kindsOf(rules, 'create')))])} in ${names}`]
      : []),
  ]
  const deleted = [
    ...new Set([...kindsOf(cluster, 'delete'), ...namespaces.flatMap(({ rules }) => kindsOf(rules, 'delete'))]),
  ]
  return [
    `It reads, creates and changes ${parts.join('; ')}.`,
    deleted.length > 0 ? `It deletes ${deleted.join(', ')}.` : 'It deletes nothing.',
    worth(cluster, within, names),
  ]
}

function worth(cluster: readonly Rule[], within: Rights['namespaces'], names: string): string {
  const everywhere = leversOf(cluster)
  if (everywhere.length > 0) return `This is AS MUCH AS CLUSTER-ADMIN: it ${everywhere.join(', ')}.`
  const inside = [...new Set(within.flatMap(({ rules }) => leversOf(rules)))]
  if (inside.length === 0) return 'It is not as much as cluster-admin.'
  return `In ${names} it is as much as an administrator, and as any service account there: it ${inside.join(', ')}. Beyond these namespaces it has what those accounts have.`
}

function leversOf(rules: readonly Rule[]): string[] {
  return LEVERS.filter(({ kinds }) => kinds.some(kind => allows(rules, 'create', kind))).map(({ so }) => so)
}

function kindsOf(rules: readonly Rule[], verb: string): string[] {
  return rules
    .filter(rule => rule.verbs.includes(verb))
    .flatMap(({ apiGroups, resources }) =>
      apiGroups.flatMap(group => resources.map(name => (group === '' || group === '*' ? name : `${name}.${group}`))),
    )
}

function placesWith(namespaces: Rights['namespaces'], verb: string): string[] {
  return namespaces.filter(({ rules }) => kindsOf(rules, verb).length > 0).map(({ name }) => name)
}

const FEW = 6

function count(kinds: readonly string[]): string {
  if (kinds.includes('*')) return 'every kind'
  return kinds.length > FEW ? `${kinds.length} kinds` : kinds.join(', ')
}
