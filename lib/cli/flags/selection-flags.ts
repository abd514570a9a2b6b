import type { Command } from 'commander'
import type { LabelSelector } from '../../velero/types.ts'
import { flag } from './define.ts'
import * as kind from './kinds.ts'

/** What both kinds of requests can say of the objects that they are about. */
export interface SelectionFlags {
  includeNamespaces: string[]
  excludeNamespaces?: string[]
  includeResources?: string[]
  excludeResources?: string[]
  includeClusterResources?: kind.OptionalBool
  selector?: LabelSelector
  orSelector?: LabelSelector[]
}

/** Adds the flags that choose namespaces and labels. `verb` is what is done to the objects: `back up`. */
export function addObjectFlags(command: Command, verb: string): void {
  const namespaces = `Namespaces to ${verb}; names, or patterns of *, ? and [abc].`
  flag(command, '--include-namespaces', kind.stringArray, namespaces, { value: ['*'], shown: '*' })
  flag(command, '--exclude-namespaces', kind.stringArray, 'Namespaces to leave out.')
  flag(command, '-l, --selector', kind.labelSelector, 'Only objects whose labels match, such as app=web,tier!=cache.')
  const or = "Objects that match one of several selectors: 'app=web or app=db'."
  flag(command, '--or-selector', kind.orLabelSelector, or)
}

export function addResourceFlags(command: Command, verb: string): void {
  const include = `Kinds to ${verb}, such as deployments.apps ('*' for all).`
  flag(command, '--include-resources', kind.stringArray, include)
  flag(command, '--exclude-resources', kind.stringArray, 'Kinds to leave out.')
  const cluster = `Whether to ${verb} cluster-scoped objects; unset: those that belong to the objects chosen.`
  flag(command, '--include-cluster-resources', kind.optionalBool, cluster)
}
