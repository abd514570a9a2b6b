import { annotationOf, objectsAt, textAt } from '../json.ts'
import type { RestoreActionContext, RestoreFinding, RestoreItem } from '../types.ts'
import { commandOf, hooksFor } from './hooks.ts'

const PREFIX = 'post.hook.restore.velero.io'

interface Hook {
  name: string
  container?: string | undefined
  command: readonly string[]
}

/** One warning for each command that hooks of a restore ask to be run in this pod: what was not run, and how to do it. */
export function unrunHooks(item: RestoreItem, context: RestoreActionContext): Omit<RestoreFinding, 'namespace'>[] {
  const hooks = fromAnnotations(item) ?? fromSpec(item, context)
  const namespace = context.targetNamespace(item.namespace)
  const [first] = objectsAt(item.stored, 'spec', 'containers')
  return hooks.map(({ name, container = textAt(first, 'name'), command }) => {
    const words = ['kubectl', 'exec', '-n', namespace, item.name, '-c', container, '--', ...command]
    const message =
      `hook ${name} in container ${container} in pod ${namespace}/${item.name} not executed: no commands are run in ` +
      `pods; when the pod is ready, run: ${words.map(quoted).join(' ')}`
    return { level: 'warning', message }
  })
}

/** A pod's own hook; with one, those of the spec do not count. */
function fromAnnotations({ object }: RestoreItem): Hook[] | undefined {
  const command = commandOf(annotationOf(object, `${PREFIX}/command`))
  const container = annotationOf(object, `${PREFIX}/container`) || undefined
  return command.length > 0 ? [{ name: '<from-annotation>', container, command }] : undefined
}

function fromSpec(item: RestoreItem, context: RestoreActionContext): Hook[] {
  return hooksFor(item, context).flatMap(({ name, postHooks = [] }) =>
    postHooks.flatMap(({ exec }) =>
      exec ? [{ name, container: exec.container || undefined, command: exec.command }] : [],
    ),
  )
}

/** A word for a POSIX shell. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
