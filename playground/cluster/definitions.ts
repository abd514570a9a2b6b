import { at, isObject, type JsonObject, list, objects, text } from './json.ts'
import { CHANGE_VERBS, type Kind } from './kinds.ts'
import type { Registry } from './registry.ts'

/** As discovery gives the verbs of custom resources, in this order. */
const VERBS = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch']

/** Serves what a CustomResourceDefinition defines. */
export function serveDefinition(registry: Registry, definition: JsonObject): void {
  registry.define(text(at(definition, 'metadata').name), kindsOf(definition))
}

/** One kind for every version that is served. */
export function kindsOf(definition: JsonObject): Kind[] {
  const spec = at(definition, 'spec')
  const names = at(spec, 'names')
  const [group, resource, kind] = [text(spec.group), text(names.plural), text(names.kind)]
  const versions = objects(spec.versions)
  const storageVersion = text(versions.find(version => version.storage === true)?.name)
  return versions
    .filter(version => version.served === true)
    .map(version => ({
      group,
      version: text(version.name),
      resource,
      kind,
      singular: text(names.singular) || kind.toLowerCase(),
      listKind: text(names.listKind) || `${kind}List`,
      namespaced: spec.scope === 'Namespaced',
      verbs: VERBS,
      shortNames: list(names.shortNames).map(text),
      categories: list(names.categories).map(text),
      subresources: isObject(at(version, 'subresources').status) ? [{ name: 'status', kind, verbs: CHANGE_VERBS }] : [],
      storage: `${group}/${resource}`,
      custom: { schema: at(version, 'schema', 'openAPIV3Schema'), storageVersion },
    }))
}
