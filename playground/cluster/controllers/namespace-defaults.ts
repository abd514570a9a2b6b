import type { Controller } from '../controllers.ts'
import { text } from '../json.ts'

const MANAGER = 'kube-controller-manager'
const DESCRIPTION =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal ' +
  'service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.'

/** Each namespace has a default ServiceAccount and the cluster's root certificate, and gets them back. */
export const createNamespaceDefaults: Controller = (objects, { type, kind, object }) => {
  const metadata = object.metadata as { name?: string; namespace?: string }
  const isNew = kind.storage === '/namespaces' && type === 'created'
  const isLost =
    type === 'deleted' &&
    ((kind.storage === '/serviceaccounts' && metadata.name === 'default') ||
      (kind.storage === '/configmaps' && metadata.name === 'kube-root-ca.crt'))
  if (!isNew && !isLost) return
  const namespace = text(isNew ? metadata.name : metadata.namespace)
  const home = objects.find(objects.kind('', 'v1', 'namespaces'), '', namespace)
  if (home === undefined || home.metadata.deletionTimestamp !== undefined) return
  const accounts = objects.kind('', 'v1', 'serviceaccounts')
  if (objects.find(accounts, namespace, 'default') === undefined)
    objects.make(accounts, MANAGER, { name: 'default', namespace }, {})
  const configMaps = objects.kind('', 'v1', 'configmaps')
  if (objects.find(configMaps, namespace, 'kube-root-ca.crt') === undefined) {
    const annotations = { 'kubernetes.io/description': DESCRIPTION }
    objects.make(configMaps, MANAGER, { name: 'kube-root-ca.crt', namespace, annotations }, { data: { 'ca.crt': '' } })
  }
}
