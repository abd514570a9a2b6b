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
    const added = fromAnnotations(item, context) ?? fromSpec(item, context)
    if (spec !== undefined && added.length > 0) {
      const names = added.map(container => textAt(container, 'name'))
      const replaced = (name: string) => names.includes(name) || (UNNAMED.test(name) && names.some(isUnnamed))
      const own = listAt(spec, 'initContainers').filter(container => !replaced(textAt(container, 'name')))
      spec.initContainers = [...added, ...own]
    }
    return { findings: unrunHooks(item, context) }
  },
}

const isUnnamed = (name: string) => UNNAMED.test(name)

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
