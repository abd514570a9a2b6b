import { annotationOf, copyJson, listAt, objectAt, textAt } from '../json.ts'
import type { JsonObject, RestoreActionContext, RestoreItem, RestoreItemAction } from '../types.ts'
import { unrunHooks } from './exec-hooks.ts'
import { commandOf, hooksFor } from './hooks.ts'

const PREFIX = 'init.hook.restore.velero.io'
const UNNAMED = /^velero-restore-init-[0-9a-f]{8}$/

/**
 * Puts the init containers of restore hooks before the pod's own: those of its annotations, else of the restore's spec.
 * What an earlier restore put there under the same name is replaced; beside it, the API would refuse the pod. Hooks that
 * run in containers are told and not run.
 */
export const initRestoreHook: RestoreItemAction = {
  name: 'velero.io/init-restore-hook',
  applies: ({ resource }) => resource === 'pods',
  run: (item, context) => {
    const spec = objectAt(item.object, 'spec')
    const added = containersFor(item, context)
    if (spec !== undefined && added.length > 0) {
      const isReplaced = isHooksContainer(item, context)
      const own = listAt(spec, 'initContainers').filter(container => !isReplaced(textAt(container, 'name')))
      spec.initContainers = [...added, ...own]
    }
    return { findings: unrunHooks(item, context) }
  },
}

/** Whether an init container of that name is one that the hooks put into this pod, at this restore or an earlier one. */
export function isHooksContainer(item: RestoreItem, context: RestoreActionContext): (name: string) => boolean {
  const names = containersFor(item, context).map(container => textAt(container, 'name'))
  const isUnnamed = (name: string) => UNNAMED.test(name)
  return name => names.includes(name) || (isUnnamed(name) && names.some(isUnnamed))
}

function containersFor(item: RestoreItem, context: RestoreActionContext): JsonObject[] {
  return fromAnnotations(item, context) ?? fromSpec(item, context)
}

function fromAnnotations(
  { object, namespace, name: podName }: RestoreItem,
  context: RestoreActionContext,
): JsonObject[] | undefined {
  const image = annotationOf(object, `${PREFIX}/container-image`)
  if (image === '') return undefined
  const name =
    annotationOf(object, `${PREFIX}/container-name`) || `velero-restore-init-${context.shortId(namespace, podName)}`
  const command = commandOf(annotationOf(object, `${PREFIX}/command`))
  // Without a command the image's own entrypoint runs. (Velero crashes on an empty one.)
  return [{ name, image, ...(command.length > 0 && { command }) }]
}

function fromSpec(item: RestoreItem, context: RestoreActionContext): JsonObject[] {
  return hooksFor(item, context)
    .flatMap(({ postHooks = [] }) => postHooks.flatMap(({ init }) => init?.initContainers ?? []))
    .map(copyJson)
}
