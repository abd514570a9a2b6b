import { groupVersionName } from '../cluster/discovery/groups.ts'
import type { ApiResource, Discovery } from '../cluster/types.ts'
import { conversionFor } from './convert/index.ts'
import { groupResource } from './names.ts'
import type { KubeObject } from './types.ts'

/** How objects of a stored kind and version are written to the target cluster. */
export interface TargetKind {
  api: ApiResource
  /** Turns an object of the stored version into one of the served version, in place. Throws where it can't be done. */
  convert?: (object: KubeObject) => void
}

/** What the target cluster serves, for objects of a backup. Discovery may grow while definitions are restored. */
export class TargetKinds {
  #discovery: Discovery
  #byResource: Map<string, ApiResource[]> = new Map()
  #known = new Map<string, TargetKind | undefined>()
  /** Group-resources whose definition converts between versions by changing apiVersion alone. */
  readonly #sameInAllVersions: Set<string>

  constructor(discovery: Discovery, sameInAllVersions: Iterable<string> = []) {
    this.#discovery = discovery
    this.#sameInAllVersions = new Set(sameInAllVersions)
    this.update(discovery)
  }

  update(discovery: Discovery): void {
    this.#discovery = discovery
    this.#known.clear()
    this.#byResource = Map.groupBy(discovery.served, groupResource)
  }

  /** Whether the cluster serves the group-resource, in any version. */
  serves(resource: string): boolean {
    return this.#byResource.has(resource)
  }

  /** Its versions, the preferred one first. */
  versions(resource: string): readonly ApiResource[] {
    return this.#byResource.get(resource) ?? []
  }

  /** Undefined where no served version will do. `resource` as the archive names it. */
  of(resource: string, apiVersion: string): TargetKind | undefined {
    const key = `${resource} ${apiVersion}`
    if (!this.#known.has(key)) this.#known.set(key, this.#find(resource, apiVersion))
    return this.#known.get(key)
  }

  /** By apiVersion and kind, for an object that was changed into another kind. */
  ofObject({ apiVersion, kind }: Pick<KubeObject, 'apiVersion' | 'kind'>): TargetKind | undefined {
    const api = this.#discovery.served.find(known => known.kind === kind && versionOf(known) === apiVersion)
    return api && { api }
  }

  #find(resource: string, apiVersion: string): TargetKind | undefined {
    const versions = this.versions(resource)
    const exact = versions.find(api => versionOf(api) === apiVersion)
    if (exact !== undefined) return { api: exact }
    const [preferred] = versions
    if (preferred !== undefined && this.#sameInAllVersions.has(resource))
      return {
        api: preferred,
        convert: object => {
          object.apiVersion = versionOf(preferred)
        },
      }
    const served = this.#discovery.served.map(api => ({
      group: api.group,
      version: api.version,
      resource: groupResource(api),
    }))
    const rule = conversionFor(resource, apiVersion, served)
    if (rule === undefined) return undefined
    const api = this.versions(rule.resource).find(known => versionOf(known) === rule.apiVersion)
    return api && { api, convert: object => rule.convert(object) }
  }
}

function versionOf({ group, version }: ApiResource): string {
  return groupVersionName(group, version)
}
