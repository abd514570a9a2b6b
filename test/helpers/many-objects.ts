import { createHash } from 'node:crypto'
import { configMap, manifest, namespace, type Seed } from './world.ts'

/** Sizes with which a small backup passes by every border: many members, parts and segments. */
export const SMALL_SIZES = { part: 3000, member: 8192, text: 500, kept: 1000, rows: 40 }

/** Text that does not compress, the same each time. */
export function noise(seed: string, bytes: number): string {
  let text = ''
  for (let i = 0; text.length < bytes; i++) text += createHash('sha256').update(`${seed} ${i}`).digest('base64')
  return text.slice(0, bytes)
}

/** A few namespaces with pods, claims, volumes and enough config maps for several pages, members and parts. */
export function manyObjects(configMaps: number, bytes = 200): Seed[] {
  const objects: Seed[] = [namespace('a'), namespace('b'), namespace('c')]
  for (let i = 0; i < configMaps; i++) {
    const place = `${'abc'[i % 3]}/map-${String(i).padStart(5, '0')}`
    objects.push(configMap(place, { noise: noise(place, bytes) }))
  }
  for (let i = 0; i < 6; i++) objects.push(...podWithVolume('a', `db-${i}`))
  return objects
}

export function podWithVolume(ns: string, name: string): Seed[] {
  return [
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: ns, labels: { app: name } },
      spec: {
        containers: [{ name: 'main', image: 'db', volumeMounts: [{ name: 'data', mountPath: '/data' }] }],
        volumes: [{ name: 'data', persistentVolumeClaim: { claimName: `data-${name}` } }],
        priorityClassName: 'urgent',
      },
      status: { phase: 'Running' },
    },
    {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: `data-${name}`, namespace: ns, labels: { app: name } },
      spec: { volumeName: `pv-${name}`, accessModes: ['ReadWriteOnce'] },
      status: { phase: 'Bound' },
    },
    {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: `pv-${name}` },
      spec: { claimRef: { namespace: ns, name: `data-${name}` }, persistentVolumeReclaimPolicy: 'Retain' },
      status: { phase: 'Bound' },
    },
  ]
}

export const priorityClass: Seed = {
  apiVersion: 'scheduling.k8s.io/v1',
  kind: 'PriorityClass',
  metadata: { name: 'urgent' },
  value: 5,
}

/** A backup of a, b and c by namespace, which brings volumes and the priority class along as related items. */
export const manyManifest = (name: string) =>
  manifest(name, {
    includedNamespaces: ['a', 'b', 'c'],
    includedResources: [
      'configmaps',
      'namespaces',
      'persistentvolumeclaims',
      'persistentvolumes',
      'pods',
      'priorityclasses',
      'secrets',
    ],
  })
