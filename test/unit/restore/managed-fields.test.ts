import { expect, test } from 'vitest'
import { creatingManager, secondWriteNeeded } from '../../../lib/restore/managed-fields.ts'
import type { ManagedFieldsEntry } from '../../../lib/restore/types.ts'

const update = (manager: string, subresource?: string): ManagedFieldsEntry => ({
  manager,
  operation: 'Update',
  ...(subresource && { subresource }),
})
const apply = (manager: string, subresource?: string): ManagedFieldsEntry => ({
  ...update(manager, subresource),
  operation: 'Apply',
})

test.each<[string, ManagedFieldsEntry[] | undefined, boolean, string | undefined]>([
  ['one manager', [update('kubectl-create')], false, 'kubectl-create'],
  ['one manager, twice', [update('helm'), update('helm')], false, 'helm'],
  [
    'one manager, and others of status',
    [update('helm'), update('kubelet', 'status'), apply('x', 'status')],
    false,
    'helm',
  ],
  ['two managers', [update('helm'), update('kubectl-edit')], true, undefined],
  ['one by apply', [apply('argocd')], true, undefined],
  ['a manager and one by apply', [update('helm'), apply('argocd')], true, undefined],
  ['an autoscaler', [update('helm'), update('kube-controller-manager', 'scale')], true, undefined],
  ['the same manager by scale', [update('helm'), update('helm', 'scale')], true, undefined],
  ['only status', [update('kubelet', 'status')], false, undefined],
  ['nobody', [], false, undefined],
  ['nothing known', undefined, false, undefined],
  ['a manager without a name', [{ operation: 'Update' }], false, undefined],
])('fields owned by %s', (_, entries, needed, manager) => {
  expect(secondWriteNeeded(entries)).toBe(needed)
  expect(creatingManager(entries)).toBe(manager)
})
