import type { ApiResource } from '../../cluster/types.ts'
import type { ActionItem } from './types.ts'

/** An item whose JSON is parsed only if an action asks for it, and once. */
export function actionItem(
  resource: ApiResource,
  namespace: string | undefined,
  name: string,
  json: Buffer,
): ActionItem {
  let parsed: unknown
  let done = false
  return {
    resource,
    namespace,
    name,
    json,
    object: () => {
      if (!done) parsed = JSON.parse(json.toString('utf8'))
      done = true
      return parsed
    },
  }
}
