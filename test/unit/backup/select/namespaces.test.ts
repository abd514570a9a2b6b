import { describe, expect, test } from 'vitest'
import { selectBackup } from '../../../../lib/backup/select/index.ts'
import type { NamespaceInfo } from '../../../../lib/backup/select/types.ts'
import type { BackupSpec } from '../../../../lib/velero/types.ts'
import { harbor, namespaces, PLAIN } from './cluster.ts'

const EXISTING = namespaces('app-1', 'app-2', 'db', 'kube-system')

function select(spec: BackupSpec, existing: readonly NamespaceInfo[] = EXISTING) {
  return selectBackup({ ...PLAIN, ...spec }, harbor, existing)
}

describe('which namespaces are listed', () => {
  test.each<[string, BackupSpec, string[] | null]>([
    ['no list means all, by cluster-wide lists', { includedNamespaces: [] }, null],
    ['* means all', { includedNamespaces: ['*'] }, null],
    ['naming all that exist means all', { includedNamespaces: ['kube-system', 'db', 'app-2', 'app-1'] }, null],
    ['a glob that fits all means all', { includedNamespaces: ['*-*', 'd?'] }, null],
    ['names', { includedNamespaces: ['db', 'app-2'] }, ['app-2', 'db']],
    ['globs', { includedNamespaces: ['app-[13]', 'd?'] }, ['app-1', 'db']],
    ['a glob that fits nothing means none', { includedNamespaces: ['x*'] }, []],
    ['an exclude wins', { excludedNamespaces: ['db'] }, ['app-1', 'app-2', 'kube-system']],
    ['excludes may be globs', { excludedNamespaces: ['app-*'] }, ['db', 'kube-system']],
    ['an exclude glob that fits nothing leaves all', { excludedNamespaces: ['x*'] }, null],
    ['the empty name means none', { includedNamespaces: [''] }, []],
  ])('%s', (_, spec, names) => {
    const selection = select(spec)
    expect(selection.namespaces).toEqual(names)
    expect(EXISTING.map(({ name }) => name).filter(selection.includesNamespace)).toEqual(
      names ?? EXISTING.map(({ name }) => name),
    )
  })

  test('a namespace made while a backup of all runs is part of it, of a backup of some it is not', () => {
    expect(select({}).includesNamespace('new')).toBe(true)
    expect(select({ excludedNamespaces: ['db'] }).includesNamespace('new')).toBe(false)
    expect(select({ includedNamespaces: ['app-1'] }).includesNamespace('new')).toBe(false)
  })

  test('namespaces labelled velero.io/exclude-from-backup=true are excluded, and stand so in the record', () => {
    const existing = EXISTING.map(namespace =>
      namespace.name === 'db' ? { ...namespace, labels: { 'velero.io/exclude-from-backup': 'true' } } : namespace,
    )
    const selection = select({ excludedNamespaces: ['kube-*'] }, existing)
    expect(selection.excludedNamespaces).toEqual(['kube-*', 'db'])
    expect(selection.namespaces).toEqual(['app-1', 'app-2'])
    expect(select({ excludedNamespaces: ['db'] }, existing).excludedNamespaces).toEqual(['db'])
  })
})

describe('what is reported of the namespace lists', () => {
  test('a namespace that does not exist is an error in the words of Velero, and known before the backup starts', () => {
    const selection = select({ includedNamespaces: ['shop', 'db'] })
    expect(selection.findings).toEqual([
      expect.objectContaining({
        level: 'error',
        message: 'fail to get the namespace shop specified in backup.Spec.IncludedNamespaces',
      }),
    ])
    expect(selection.unknown.namespaces).toEqual(['shop'])
    expect(selection.namespaces).toEqual(['db'])
  })

  test('a glob that matches nothing is a warning that names the list, not an unknown name', () => {
    const selection = select({ includedNamespaces: ['app-*', 'x*'], excludedNamespaces: ['y?'] })
    expect(selection.findings).toEqual([
      { level: 'warning', message: 'spec.includedNamespaces: "x*" matches no namespace' },
      { level: 'warning', message: 'spec.excludedNamespaces: "y?" matches no namespace' },
    ])
    expect(selection.unknown.namespaces).toEqual([])
  })

  test('the empty name, which stands for no namespace, is told of', () => {
    const [finding, ...more] = select({ includedNamespaces: [''] }).findings
    expect(finding).toMatchObject({ level: 'warning', message: expect.stringContaining('spec.includedNamespaces') })
    expect(more).toEqual([])
  })

  test('a namespace named although its label excludes it is an error', () => {
    const existing = [{ name: 'db', labels: { 'velero.io/exclude-from-backup': 'true' }, terminating: false }]
    const [finding] = select({ includedNamespaces: ['db'] }, existing).findings
    expect(finding?.level).toBe('error')
    expect(finding?.message).toMatch(/excludes list cannot contain an item in the includes list: db$/)
    expect(finding?.error).toContain('remove the label')
  })

  test('namespaces under Argo CD are named in one warning, if they are included', () => {
    const argo = (name: string) => ({ name, labels: { 'argocd.argoproj.io/managed-by': 'argo' }, terminating: false })
    const existing = [argo('a'), argo('b'), argo('c')]
    const [finding, ...rest] = select({ excludedNamespaces: ['b'] }, existing).findings
    expect(finding).toMatchObject({
      level: 'warning',
      message: expect.stringContaining('namespaces [a c] managed by ArgoCD'),
    })
    expect(rest).toEqual([])
  })
})
