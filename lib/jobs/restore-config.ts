import { exchange } from '../cluster/http/read.ts'
import { getObject, resourcePath } from '../cluster/objects.ts'
import { ApiError, type Transport } from '../cluster/types.ts'
import { MODIFIERS_ANNOTATION } from '../velero/annotations.ts'
import { InvalidInputError } from '../velero/errors.ts'
import type { ResourceModifiers } from '../velero/resource-modifiers.ts'
import type { Restore } from '../velero/types-restore.ts'

const CONFIG_MAPS = { group: '', version: 'v1', name: 'configmaps' }
const STORAGE_CLASSES = { group: 'storage.k8s.io', version: 'v1', name: 'storageclasses' }

/** What ConfigMaps in the cluster, by Velero's rules for them, say of all restores into it. */
export interface ClusterConfig {
  storageClasses: Record<string, string>
  /** Of the new ones: why they can't be used. */
  storageClassProblems: Record<string, string>
  images: { from: string; to: string }[]
}

/** Reads them; a cluster without Velero's namespace, or where the user may not see it, has none. Throws InvalidInputError. */
export async function readClusterConfig(transport: Transport, namespace: string): Promise<ClusterConfig> {
  const [classes, images] = await Promise.all([
    pluginConfig(transport, namespace, 'velero.io/change-storage-class'),
    pluginConfig(transport, namespace, 'velero.io/change-image-name'),
  ])
  const targets = [...new Set(Object.values(classes))]
  const problems = await Promise.all(targets.map(async name => [name, await classProblem(transport, name)] as const))
  return {
    storageClasses: classes,
    storageClassProblems: Object.fromEntries(problems.filter(([, problem]) => problem !== undefined)) as Record<
      string,
      string
    >,
    images: Object.values(images).flatMap(imageRule),
  }
}

/** `old,new`, parted at the first comma. */
function imageRule(text: string): { from: string; to: string }[] {
  const comma = text.indexOf(',')
  const [from, to] = [text.slice(0, comma).trim(), text.slice(comma + 1).trim()]
  return comma > 0 && from !== '' && to !== '' ? [{ from, to }] : []
}

async function pluginConfig(transport: Transport, namespace: string, plugin: string): Promise<Record<string, string>> {
  const selector = `velero.io/plugin-config,${plugin}=RestoreItemAction`
  const path = `${resourcePath(CONFIG_MAPS, namespace)}?labelSelector=${encodeURIComponent(selector)}`
  let body: Buffer
  try {
    body = await exchange(transport, { method: 'GET', path })
  } catch (error) {
    if (error instanceof ApiError && (error.status === 403 || error.status === 404)) return {}
    throw error
  }
  const { items } = JSON.parse(body.toString('utf8')) as {
    items: { metadata: { name: string }; data?: Record<string, string> }[]
  }
  if (items.length > 1) {
    const names = items.map(({ metadata }) => metadata.name).join(', ')
    throw new InvalidInputError(`found more than one ConfigMap matching label selector "${selector}": [${names}]`, {
      next: `Delete all but one of them in namespace ${namespace}.`,
    })
  }
  return items[0]?.data ?? {}
}

async function classProblem(transport: Transport, name: string): Promise<string | undefined> {
  try {
    if ((await getObject(transport, STORAGE_CLASSES, { name })) !== undefined) return undefined
    return `storageclasses.storage.k8s.io ${JSON.stringify(name)} not found`
  } catch (error) {
    if (error instanceof ApiError) return error.message
    throw error
  }
}

/** Resource modifiers as they were read, from an annotation or a ConfigMap. */
export interface WrittenModifiers {
  data: Record<string, string>
  /** Of a ConfigMap: `velero/modifiers`. */
  configMap?: string
}

/** Throws InvalidInputError, in Velero's words. */
export async function compileModifiers({ data, configMap }: WrittenModifiers): Promise<ResourceModifiers> {
  // YAML is a large dependency, and few restores have modifiers.
  const { parseResourceModifiers, parseResourceModifiersText } = await import('../velero/resource-modifiers.ts')
  if (configMap !== undefined) return parseResourceModifiers(data, configMap)
  return parseResourceModifiersText(data.modifiers ?? '', `annotation ${MODIFIERS_ANNOTATION}`)
}

/** The modifiers that a Restore names, or brings along. Throws InvalidInputError, in Velero's words. */
export async function readModifiers(
  transport: Transport,
  { metadata, spec }: Restore,
): Promise<WrittenModifiers | undefined> {
  const own = metadata.annotations?.[MODIFIERS_ANNOTATION]
  const { kind, name } = spec.resourceModifier ?? {}
  const named = kind?.toLowerCase() === 'configmap' && name ? name : undefined
  if (own !== undefined && named !== undefined)
    throw new InvalidInputError(
      `spec.resourceModifier names a ConfigMap, and the annotation ${MODIFIERS_ANNOTATION} holds modifiers too`,
      { next: 'Leave one of the two out.' },
    )
  if (own !== undefined) return { data: { modifiers: own } }
  if (spec.resourceModifier !== undefined && named === undefined)
    throw new InvalidInputError(`spec.resourceModifier.kind: expected ConfigMap, got ${JSON.stringify(kind)}`)
  if (named === undefined) return undefined
  const namespace = metadata.namespace ?? 'velero'
  const where = `${namespace}/${named}`
  let json: Buffer | undefined
  try {
    json = await getObject(transport, CONFIG_MAPS, { namespace, name: named })
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    throw new InvalidInputError(`failed to get resource modifiers configmap ${where}: ${error.message}`, {
      cause: error,
    })
  }
  if (json === undefined) throw new InvalidInputError(`failed to get resource modifiers configmap ${where}`)
  const { data = {} } = JSON.parse(json.toString('utf8')) as { data?: Record<string, string> }
  return { data, configMap: where }
}
