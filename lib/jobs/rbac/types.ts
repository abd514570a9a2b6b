import type { ClusterSettings, LocationSettings } from '../../config/types.ts'
import type { Rule } from './rules.ts'

/** What a backup or a restore has to be allowed, and nothing that it does not ask for. */
export interface Rights {
  /** Of a ClusterRole that is bound in all of the cluster. */
  cluster: Rule[]
  /** Of a Role in each; by name. `missing`: there is no such namespace yet. */
  namespaces: { name: string; missing: boolean; rules: Rule[] }[]
  /** What whoever applies it should know, in whole sentences. */
  notes: string[]
}

/** Where the rights for namespaced kinds are needed: everywhere, or in these namespaces. */
export type Scope = 'everywhere' | readonly string[]

/** Where to look, asked for only where the filters do not tell all. */
export interface RbacSources {
  cluster(): Promise<ClusterSettings>
  /** Of `spec.backupName` of a restore. */
  location(): Promise<LocationSettings>
}

/** Rights, and what they come to in whole sentences. */
export interface RbacPlan extends Rights {
  powers: string[]
}
