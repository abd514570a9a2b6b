import type { Controller } from '../controllers.ts'
import { serveDefinition } from '../definitions.ts'
import { BACKGROUND, remove } from '../delete.ts'
import { at, find, type JsonObject, objects, text } from '../json.ts'
import { groupVersion } from '../kinds.ts'
import type { Live, Objects } from '../objects.ts'
import { localService } from './api-services.ts'
import { release, setStatus } from './status.ts'

const CLEANUP = 'customresourcecleanup.apiextensions.k8s.io'
const SERVER = 'kube-apiserver'

/** Serves the kinds of CustomResourceDefinitions, and ends their objects with them. */
export const serveDefinitions: Controller = (all, { type, kind, object }) => {
  if (kind.resource === 'customresourcedefinitions') {
    const name = text(at(object, 'metadata').name)
    const live = all.find(kind, '', name)
    if (live === undefined) {
      all.registry.define(name, [])
      dropServices(all, object)
    } else if (live.metadata.deletionTimestamp !== undefined) endObjects(all, live)
    else establish(all, live)
  } else if (kind.custom !== undefined && type === 'deleted') endWaiting(all, kind.storage)
}

function establish(all: Objects, live: Live): void {
  serveDefinition(all.registry, live.object)
  const names = at(live.object, 'spec', 'names')
  const groups = new Set(
    objects(find(live.object, 'spec', 'versions'))
      .filter(v => v.served === true)
      .map(v => text(v.name)),
  )
  for (const version of groups) announce(all, text(at(live.object, 'spec').group), version)
  const established = objects(find(live.object, 'status', 'conditions')).length > 0
  const now = all.now()
  const conditions = established
    ? find(live.object, 'status', 'conditions')
    : [
        {
          type: 'NamesAccepted',
          status: 'True',
          lastTransitionTime: now,
          reason: 'NoConflicts',
          message: 'no conflicts found',
        },
        {
          type: 'Established',
          status: 'True',
          lastTransitionTime: now,
          reason: 'InitialNamesAccepted',
          message: 'the initial names have been accepted',
        },
      ]
  setStatus(all, live, { ...at(live.object, 'status'), conditions, acceptedNames: { ...names } }, SERVER)
}

/** The kind is served until its last object is gone, and not a moment longer. */
function endObjects(all: Objects, live: Live): void {
  const storage = `${text(at(live.object, 'spec').group)}/${text(at(live.object, 'spec', 'names').plural)}`
  const [kind] = all.registry.atStorage(storage)
  for (const content of kind === undefined ? [] : all.all(kind)) {
    if (content.metadata.deletionTimestamp === undefined) remove(all, content, BACKGROUND)
  }
  if (all.store.snapshot(storage).length === 0) release(all, live, [CLEANUP])
}

function endWaiting(all: Objects, storage: string): void {
  const [group, resource] = storage.split('/')
  const definitions = all.kind('apiextensions.k8s.io', 'v1', 'customresourcedefinitions')
  const live = all.find(definitions, '', `${resource}.${group}`)
  if (live?.metadata.deletionTimestamp !== undefined) endObjects(all, live)
}

const services = (all: Objects) => all.kind('apiregistration.k8s.io', 'v1', 'apiservices')

function announce(all: Objects, group: string, version: string): void {
  const name = `${version}.${group}`
  if (all.find(services(all), '', name) !== undefined) return
  const labels = { 'kube-aggregator.kubernetes.io/automanaged': 'true' }
  const spec = { group, version, groupPriorityMinimum: 1000, versionPriority: 100 }
  all.make(services(all), SERVER, { name, labels }, { spec, status: localService(all.now()) })
}

function dropServices(all: Objects, definition: JsonObject): void {
  const group = text(at(definition, 'spec').group)
  for (const version of objects(find(definition, 'spec', 'versions'))) {
    const path = { group, version: text(version.name) }
    const served = all.registry.versions().some(other => !other.stale && groupVersion(other) === groupVersion(path))
    const live = all.find(services(all), '', `${path.version}.${group}`)
    if (!served && live !== undefined) all.remove(live)
  }
}
