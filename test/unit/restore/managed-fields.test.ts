import { expect, test } from 'vitest'
import {
  creatingManager,
  kubectlWouldOwnMore,
  secondWriteNeeded,
  statusManager,
  statusNeedsOwners,
} from '../../../lib/restore/managed-fields.ts'
import type { KubeObject, ManagedFieldsEntry } from '../../../lib/restore/types.ts'

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

test.each<[string, ManagedFieldsEntry[] | undefined, boolean, string | undefined]>([
  ['one manager', [apply('helm'), update('kubelet', 'status')], false, 'kubelet'],
  ['one manager, twice', [update('kubelet', 'status'), update('kubelet', 'status')], false, 'kubelet'],
  ['two managers', [update('kubelet', 'status'), update('scheduler', 'status')], true, undefined],
  ['one by apply', [update('helm'), apply('operator', 'status')], true, undefined],
  ['nobody', [update('helm'), apply('argocd')], false, undefined],
  ['nothing known', undefined, false, undefined],
])('a status owned by %s', (_, entries, needed, manager) => {
  expect(statusNeedsOwners(entries)).toBe(needed)
  expect(statusManager(entries)).toBe(manager)
})

const podFields = {
  'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} }, 'f:finalizers': { '.': {}, 'v:"example.com/keep"': {} } },
  'f:spec': {
    'f:containers': { 'k:{"name":"x"}': { '.': {}, 'f:image': {}, 'f:name': {} } },
    'f:tolerations': {},
    'f:terminationGracePeriodSeconds': {},
  },
}
const pod: KubeObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'p',
    namespace: 'shop',
    labels: { app: 'x', 'velero.io/backup-name': 'b', 'velero.io/restore-name': 'r' },
    finalizers: ['example.com/keep'],
  },
  spec: {
    containers: [{ name: 'x', image: 'busybox', resources: {} }],
    tolerations: [{ key: 'a', operator: 'Exists' }],
    terminationGracePeriodSeconds: 30,
  },
}
const spec = pod.spec as Record<string, unknown>

test.each<[string, KubeObject, boolean]>([
  ['nothing but what it had written', pod, false],
  ['volumes of admission', { ...pod, spec: { ...spec, volumes: [{ name: 'kube-api-access' }] } }, true],
  [
    'a container more',
    { ...pod, spec: { ...spec, containers: [{ name: 'x', image: 'busybox' }, { name: 'proxy' }] } },
    true,
  ],
  ['a field of a container', { ...pod, spec: { ...spec, containers: [{ name: 'x', image: 'b', tty: true }] } }, true],
  ['a finalizer', { ...pod, metadata: { ...pod.metadata, finalizers: ['example.com/other'] } }, true],
  ['a label', { ...pod, metadata: { ...pod.metadata, labels: { app: 'x', more: 'y' } } }, true],
  ['an annotation of a controller', { ...pod, metadata: { ...pod.metadata, annotations: { revision: '1' } } }, true],
])('kubectl, creating an object anew, would own %s', (_, object, more) => {
  const by = (manager: string): ManagedFieldsEntry[] => [{ ...update(manager), fieldsV1: podFields }]
  expect(kubectlWouldOwnMore(by('kubectl-client-side-apply'), object)).toBe(more)
  // Others remove nothing because they own it.
  expect(kubectlWouldOwnMore(by('kube-controller-manager'), object)).toBe(false)
})
