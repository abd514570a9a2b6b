import { InvalidObjectError } from '../errors.ts'
import { listAt, textAt } from '../json.ts'
import type { KubeObject } from '../types.ts'

/** Checks what certificates.k8s.io/v1 asks for and v1beta1 did not: there is nothing that could take its place. */
export function certificateRequestV1(request: KubeObject): void {
  const signer = textAt(request, 'spec', 'signerName')
  if (signer === '') throw new InvalidObjectError('spec.signerName is missing')
  if (signer === 'kubernetes.io/legacy-unknown') {
    throw new InvalidObjectError(`spec.signerName is ${signer}, which certificates.k8s.io/v1 does not take`)
  }
  if (listAt(request, 'spec', 'usages').length === 0) throw new InvalidObjectError('spec.usages is missing')
}
