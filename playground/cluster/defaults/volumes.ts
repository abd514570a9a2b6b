import type { Defaults } from '../defaults.ts'
import { child, isObject, type JsonObject, text } from '../json.ts'
import { fill } from './fill.ts'

export function claimDefaults(claim: JsonObject): void {
  fill(child(claim, 'spec'), { volumeMode: 'Filesystem' })
  fill(child(claim, 'status'), { phase: 'Pending' })
}

export const storageDefaults: Defaults = {
  '/persistentvolumeclaims': claimDefaults,
  '/persistentvolumes': volume => {
    const spec = child(volume, 'spec')
    if (isObject(spec.hostPath)) fill(spec.hostPath, { type: '' })
    fill(spec, { persistentVolumeReclaimPolicy: 'Retain', volumeMode: 'Filesystem' })
    fill(child(volume, 'status'), { phase: 'Pending' })
  },
  'storage.k8s.io/storageclasses': sc => fill(sc, { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' }),
  '/secrets': secret => {
    fill(secret, { type: 'Opaque' })
    if (!isObject(secret.stringData)) return
    const plain = Object.entries(secret.stringData)
    const data = plain.map(([key, value]) => [key, Buffer.from(text(value)).toString('base64')])
    secret.data = { ...(isObject(secret.data) && secret.data), ...Object.fromEntries(data) }
    delete secret.stringData
  },
}
