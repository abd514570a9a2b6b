import { objectsAt, textAt } from '../json.ts'
import type { KubeObject } from '../types.ts'

const GROUP = 'rbac.authorization.k8s.io'

/** Bindings of v1alpha1: subjects tell a version instead of a group, and the user `*` was everybody who is known. */
export function roleBindingV1(binding: KubeObject): void {
  for (const subject of objectsAt(binding, 'subjects')) {
    const [group = '', version] = textAt(subject, 'apiVersion').split('/')
    delete subject.apiVersion
    if (subject.kind === 'User' && subject.name === '*') {
      subject.kind = 'Group'
      subject.name = 'system:authenticated'
    }
    if (subject.kind === 'User' || subject.kind === 'Group') subject.apiGroup = GROUP
    else if (subject.kind !== 'ServiceAccount' && version !== undefined) subject.apiGroup = group
  }
}
