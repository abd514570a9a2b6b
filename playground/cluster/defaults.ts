import { customDefaults } from './defaults/custom.ts'
import { rbacDefaults, registrationDefaults } from './defaults/others.ts'
import { podDefaults } from './defaults/pods.ts'
import { serviceDefaults } from './defaults/services.ts'
import { storageDefaults } from './defaults/volumes.ts'
import { workloadDefaults } from './defaults/workloads.ts'
import type { JsonObject } from './json.ts'
import type { Kind } from './kinds.ts'

/** Sets what the API server sets where a field is absent. By storage, `group/resource`. */
export type Defaults = Readonly<Record<string, (object: JsonObject) => void>>

const TABLE: Defaults = {
  ...podDefaults,
  ...workloadDefaults,
  ...serviceDefaults,
  ...storageDefaults,
  ...rbacDefaults,
  ...registrationDefaults,
}

export function applyDefaults(kind: Kind, object: JsonObject): void {
  if (kind.custom !== undefined) customDefaults(kind.custom.schema, object)
  else TABLE[kind.storage]?.(object)
}
