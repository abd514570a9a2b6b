import type { BackupSource, SourceMember } from '../bucket/archive-source.ts'
import { readList } from '../cluster/list.ts'
import { getObject } from '../cluster/objects.ts'
import { ApiError, type ApiResource } from '../cluster/types.ts'
import { parseLossless } from '../velero/lossless.ts'
import { entriesOf, readObject } from './archived.ts'
import { poll } from './control.ts'
import { RESTORE_LABEL } from './facts.ts'
import { at, objectsAt, textAt } from './json.ts'
import { DEFINITIONS } from './names.ts'
import type { Selection } from './selection.ts'
import type { KubeObject, RestoreFinding } from './types.ts'
import type { Writer } from './writer.ts'

/** What a CustomResourceDefinition of the backup will make the cluster serve. */
export interface Definition {
  /** `harbor.example.com/v1` ... */
  served: string[]
  sameInAllVersions: boolean
}

/** By group-resource, which is a definition's name. */
export async function chosenDefinitions(
  source: BackupSource,
  selection: Selection,
  members: readonly SourceMember[],
): Promise<Map<string, Definition>> {
  const found = new Map<string, Definition>()
  if (!selection.selects(DEFINITIONS, '')) return found
  for (const member of members.filter(({ resource }) => resource === DEFINITIONS))
    for (const entry of await entriesOf(source, member)) {
      const object = readObject(entry)
      if (object !== undefined && selection.matchesLabels(object.metadata.labels))
        found.set(entry.name, definitionOf(object))
    }
  return found
}

export function definitionOf(object: KubeObject): Definition {
  const group = textAt(object, 'spec', 'group')
  const versions = objectsAt(object, 'spec', 'versions').filter(version => version.served !== false)
  // Before v1 a definition could have a version outside the list.
  const names = [...versions.map(version => textAt(version, 'name')), textAt(object, 'spec', 'version')].filter(Boolean)
  const strategy = textAt(object, 'spec', 'conversion', 'strategy')
  return { served: names.map(name => `${group}/${name}`), sameInAllVersions: strategy === '' || strategy === 'None' }
}

/** The definition that the cluster has of a group-resource, if it has one and the user may see it. */
export async function liveDefinition(
  { transport }: Pick<Writer, 'transport'>,
  resource: string,
): Promise<Definition | undefined> {
  try {
    const json = await getObject(transport, CRD, { name: resource })
    return json && definitionOf(parseLossless(json) as KubeObject)
  } catch (error) {
    if (error instanceof ApiError) return undefined
    throw error
  }
}

const CRD: ApiResource = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  name: 'customresourcedefinitions',
  singularName: 'customresourcedefinition',
  kind: 'CustomResourceDefinition',
  namespaced: false,
  verbs: [],
  shortNames: [],
}

/** Velero's --resource-timeout. */
const READY_LIMIT_MS = 600_000

/**
 * Waits until every definition that this restore wrote is served, all of them together. Answers the names of those that
 * are, and what is wrong with the others.
 */
export async function establishDefinitions(
  writer: Writer,
): Promise<{ established: string[]; findings: RestoreFinding[] }> {
  const waiting: string[] = []
  const established: string[] = []
  const findings: RestoreFinding[] = []
  const look = (object: KubeObject) => {
    const { name } = object.metadata
    const state = readiness(object)
    if (state === 'ready') established.push(name)
    if (state === 'refused') findings.push(error(`the CRD ${name} is not available to use for custom resources`))
    return state === 'waiting' ? name : undefined
  }
  const { transport, control, labels } = writer
  const labelSelector = `${RESTORE_LABEL}=${labels[RESTORE_LABEL]}`
  try {
    const request = { resource: CRD, labelSelector, signal: control.signal }
    const items = (found: readonly { json: Buffer }[]) => {
      for (const { json } of found) {
        const name = look(parseLossless(json) as KubeObject)
        if (name !== undefined) waiting.push(name)
      }
    }
    await readList(transport, request, { items })
  } catch (problem) {
    if (!(problem instanceof ApiError)) throw problem
    return { established, findings: [error(`error verifying that CRDs are ready to use: ${problem.message}`)] }
  }
  const late = await Promise.all(waiting.map(name => waitFor(writer, name, look)))
  return { established, findings: [...findings, ...late.filter(finding => finding !== undefined)] }
}

async function waitFor(
  { transport, control }: Writer,
  name: string,
  look: (object: KubeObject) => string | undefined,
): Promise<RestoreFinding | undefined> {
  const ready = await poll(control, `customresourcedefinitions/${name}`, READY_LIMIT_MS, async () => {
    const json = await getObject(transport, CRD, { name })
    return json === undefined || look(parseLossless(json) as KubeObject) === undefined ? true : undefined
  })
  return ready ? undefined : error(`error verifying the CRD ${name} is ready to use: context deadline exceeded`)
}

function readiness(object: KubeObject): 'ready' | 'waiting' | 'refused' {
  const condition = (type: string) => objectsAt(object, 'status', 'conditions').find(each => each.type === type)
  // Its names belong to another definition, which no waiting changes.
  if (at(condition('NamesAccepted'), 'status') === 'False') return 'refused'
  const established = [condition('Established'), condition('NamesAccepted')].every(
    each => at(each, 'status') === 'True',
  )
  return established ? 'ready' : 'waiting'
}

function error(message: string): RestoreFinding {
  return { level: 'error', message, namespace: '' }
}
