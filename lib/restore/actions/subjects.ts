import { objectsAt, textAt } from '../json.ts'
import type { KubeObject, RestoreActionContext } from '../types.ts'

/** The names that RBAC has for all service accounts of a namespace, and for one of them. */
const ACCOUNTS = /^(system:serviceaccounts:|system:serviceaccount:)([^:]+)(.*)$/

/**
 * Lets the subjects of a binding follow their namespaces. Beyond Velero's rule, which looks at `namespace` alone, so do
 * the groups and users that stand for service accounts (`system:serviceaccounts:shop`): the API treats them as the same.
 */
export function mapSubjects(binding: KubeObject, context: RestoreActionContext): void {
  for (const subject of objectsAt(binding, 'subjects')) {
    const namespace = textAt(subject, 'namespace')
    if (namespace !== '') subject.namespace = context.targetNamespace(namespace)
    const [, prefix, source, rest] = ACCOUNTS.exec(textAt(subject, 'name')) ?? []
    if (source !== undefined && subject.kind !== 'ServiceAccount') {
      subject.name = `${prefix}${context.targetNamespace(source)}${rest}`
    }
  }
}

/** Whether namespaces are mapped at all. */
export function mapsNamespaces({ spec }: RestoreActionContext): boolean {
  return Object.keys(spec.namespaceMapping ?? {}).length > 0
}
