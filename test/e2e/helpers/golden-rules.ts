import { expect } from 'vitest'
import { restoreJson, type TestBucket } from './bucket.ts'
import type { Documented } from './compare-dumps.ts'
import type { Dump } from './dump.ts'

/** What is of the cluster itself, or of the Velero that was installed in the golden one. */
const ASIDE = [
  /^nodes\//,
  /^services\/default\/kubernetes$/,
  /^configmaps\/kube-system\/kube-apiserver-legacy-service-account-token-tracking$/,
  /^clusterrolebindings\.rbac\.authorization\.k8s\.io\/_cluster\/(velero|backup-operators)$/,
  /^namespaces\/_cluster\/velero$/,
  /\.velero\.io$/,
]

export const compared = (dump: Dump): Dump =>
  new Map([...dump].filter(([key]) => !ASIDE.some(pattern => pattern.test(key))))

/** Without what controllers write as pods come and go. */
export const own = (dump: Dump): Dump => new Map([...compared(dump)].filter(([key]) => !key.startsWith('endpoint')))

/** Of a restore that is to have no errors. */
export const warningsOf = async (bucket: TestBucket, restore: string): Promise<Record<string, unknown>> => {
  const results = await restoreJson<Record<'errors' | 'warnings', Record<string, unknown>>>(
    bucket,
    restore,
    'results.gz',
  )
  expect(results.errors).toEqual({})
  return results.warnings
}

export const clusterMade: Documented = {
  rows: /^(discovery.k8s.io\/v1\/EndpointSlice \S+: created|v1\/ConfigMap \S+\/kube-root-ca.crt: (failed|updated)), here skipped$/,
  why: 'what a cluster makes by itself is left to it',
}
export const noise: Documented = {
  rows: /^(coordination.k8s.io\/v1\/Lease kube-system|v1\/Service default\/kubernetes|v1\/ConfigMap kube-system|rbac.authorization.k8s.io\/v1\/Role(Binding)? kube-|rbac\S+ClusterRole cluster-admin).*: failed, here skipped$/,
  why: 'what every cluster keeps different by itself is no warning',
}
