import { describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import type { RbacPlan } from '../../../lib/jobs/rbac/types.ts'
import { planRbac } from '../../../lib/jobs/rbac.ts'
import type { Backup } from '../../../lib/velero/types.ts'
import type { Restore } from '../../../lib/velero/types-restore.ts'
import { lateen } from './harness.ts'

const role = { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }
const PLAN: RbacPlan = {
  cluster: [{ apiGroups: [''], resources: ['namespaces'], verbs: ['list'] }],
  namespaces: [
    { name: 'data', missing: true, rules: [role] },
    { name: 'shop', missing: false, rules: [role] },
  ],
  notes: ['Mind that this is a note.'],
  powers: ['It reads no Secrets.'],
}

async function rbac(args: string, plan = PLAN) {
  const requests: (Backup | Restore)[] = []
  const outcome = await lateen(`rbac ${args}`, {
    jobs: {
      planRbac: async request => {
        requests.push(request)
        return plan
      },
    },
  })
  const objects = parseAllDocuments(outcome.stdout).map(document => document.toJS())
  const comment = outcome.stdout
    .split('\n')
    .filter(line => line.startsWith('#'))
    .map(line => line.slice(2))
    .join(' ')
  return { ...outcome, request: requests[0], objects, comment }
}

const subject = (kind: string, name: string) => ({ kind, name, apiGroup: 'rbac.authorization.k8s.io' })

describe('rbac', () => {
  it('prints roles with their bindings, in the order in which they can be applied', async () => {
    const { objects, code } = await rbac('')
    expect(code).toBe(0)
    const shown = objects.map(({ kind, metadata: { name, namespace = '' } }) => `${kind} ${namespace} ${name}`)
    expect(shown).toEqual([
      'Namespace  data',
      'ClusterRole  lateen-backup',
      'ClusterRoleBinding  lateen-backup',
      'Role data lateen-backup',
      'RoleBinding data lateen-backup',
      'Role shop lateen-backup',
      'RoleBinding shop lateen-backup',
    ])
    expect(objects[3].rules).toEqual([role])
    expect(objects[4].roleRef).toEqual({ apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'lateen-backup' })
  })

  it('begins with what it lets people do, what to mind, and how one comes into the group', async () => {
    const { stdout, comment } = await rbac('')
    expect(stdout.startsWith('# ')).toBe(true)
    for (const text of ['It reads no Secrets.', 'Mind that this is a note.', 'made here, where there are none: data'])
      expect(comment).toContain(text)
    expect(comment).toContain('aws eks create-access-entry')
    expect(comment).toContain('--kubernetes-groups lateen-backup')
    expect(comment).toContain('-l lateen.io/rbac=lateen-backup')
  })

  it.each([
    ['', [subject('Group', 'lateen-backup')]],
    ['--for restore', [subject('Group', 'lateen-restore')]],
    ['shop-reader', [subject('Group', 'shop-reader')]],
    ['--group a,b --user ann', [subject('Group', 'a'), subject('Group', 'b'), subject('User', 'ann')]],
    ['--serviceaccount ops:lateen', [{ kind: 'ServiceAccount', namespace: 'ops', name: 'lateen' }]],
  ])('%s: binds to whom it is told', async (args, subjects) => {
    const { objects } = await rbac(args)
    for (const binding of objects.filter(({ kind }) => kind.endsWith('Binding')))
      expect(binding.subjects).toEqual(subjects)
  })

  it('calls roles and bindings as it is told, so that several can be in one cluster', async () => {
    const { objects } = await rbac('shop-reader')
    const names = objects.filter(({ kind }) => kind !== 'Namespace').map(({ metadata }) => metadata.name)
    expect(new Set(names)).toEqual(new Set(['shop-reader']))
  })

  it('asks for what the filters of backup create say', async () => {
    const { request } = await rbac(
      '--include-namespaces shop,da* --include-cluster-resources=false --exclude-resources po',
    )
    expect(request).toMatchObject({
      kind: 'Backup',
      spec: { includedNamespaces: ['shop', 'da*'], includeClusterResources: false, excludedResources: ['po'] },
    })
  })

  it('asks for what the filters of restore create say, with the backup where one is named', async () => {
    const args = '--for restore --from-backup b1 --namespace-mappings a:b --existing-resource-policy recreate'
    const { request } = await rbac(`${args} --recreate-resources jobs -n ops`)
    expect(request).toMatchObject({
      kind: 'Restore',
      metadata: { namespace: 'ops', annotations: expect.objectContaining({}) },
      spec: { backupName: 'b1', namespaceMapping: { a: 'b' }, existingResourcePolicy: 'recreate' },
    })
    expect((await rbac('--for restore')).request).toMatchObject({ spec: { backupName: '' } })
  })

  it.each([
    ['--from-backup b1', '--from-backup is for --for restore only'],
    ['--for restore --ordered-resources pods=a/b', '--ordered-resources is for --for backup only'],
    ['--for gc', 'invalid value: "gc"'],
    ['--serviceaccount lateen', '"lateen" is not NAMESPACE:NAME'],
    ['Shop_', "can't be the name of a Role"],
    ['--include-resources a --include-cluster-scoped-resources b', 'cannot be used together'],
    ['--for restore --existing-resource-policy recreate', 'needs --recreate-resources'],
    ['--exclude-namespaces *', "excludes list cannot contain '*'"],
  ])('%s is refused, and why', async (args, why) => {
    const { code, stderr, stdout } = await rbac(args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(why)
  })

  it('needs neither a bucket nor a cluster where filters tell all', async () => {
    const { code, stdout } = await lateen('rbac', { jobs: { planRbac }, env: { LATEEN_BUCKET: '' } })
    expect(code).toBe(0)
    expect(stdout).toContain('kind: ClusterRole\n')
  })
})
