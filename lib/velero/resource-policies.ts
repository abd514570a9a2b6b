import { sortedSet } from './byte-order.ts'
import { InvalidInputError } from './errors.ts'
import { parseQuantity } from './quantity.ts'
import { readStruct, type Shape } from './yaml-struct.ts'

export interface VolumeConditions {
  /** `10Gi,100Gi`; either side may be left out. */
  capacity?: string
  storageClass?: string[]
  nfs?: { server?: string; path?: string }
  csi?: { driver?: string; volumeAttributes?: Record<string, string> }
  volumeTypes?: string[]
  pvcLabels?: Record<string, string>
  pvcPhase?: string[]
}

export interface VolumePolicy {
  conditions?: VolumeConditions
  action: { type: 'skip' | 'fs-backup' | 'snapshot' | 'custom'; parameters?: Record<string, unknown> }
}

/** Added to the resource lists of one scope where the backup's own lists don't decide. */
export interface IncludeExcludePolicy {
  includedClusterScopedResources?: string[]
  excludedClusterScopedResources?: string[]
  includedNamespaceScopedResources?: string[]
  excludedNamespaceScopedResources?: string[]
}

/** What the ConfigMap of spec.resourcePolicy says. The first volume policy whose conditions all hold decides. */
export interface ResourcePolicies {
  version: 'v1'
  volumePolicies?: VolumePolicy[]
  includeExcludePolicy?: IncludeExcludePolicy
}

const NEXT = 'Correct the ConfigMap, or leave spec.resourcePolicy out.'
const ACTIONS: readonly string[] = ['skip', 'snapshot', 'fs-backup', 'custom']

const CONDITIONS: Shape = {
  struct: 'resourcepolicies.volumeConditions',
  fields: {
    capacity: 'string',
    storageClass: 'strings',
    nfs: { struct: 'resourcepolicies.nFSVolumeSource', fields: { server: 'string', path: 'string' } },
    csi: { struct: 'resourcepolicies.csiVolumeSource', fields: { driver: 'string', volumeAttributes: 'map' } },
    volumeTypes: 'strings',
    pvcLabels: 'map',
    pvcPhase: 'strings',
  },
}

const POLICIES: Shape = {
  struct: 'resourcepolicies.ResourcePolicies',
  fields: {
    version: 'string',
    volumePolicies: {
      list: {
        struct: 'resourcepolicies.VolumePolicy',
        fields: {
          conditions: CONDITIONS,
          action: { struct: 'resourcepolicies.Action', fields: { type: 'string', parameters: 'any' } },
        },
      },
    },
    includeExcludePolicy: {
      struct: 'resourcepolicies.IncludeExcludePolicy',
      fields: {
        includedClusterScopedResources: 'strings',
        excludedClusterScopedResources: 'strings',
        includedNamespaceScopedResources: 'strings',
        excludedNamespaceScopedResources: 'strings',
      },
    },
  },
}

/**
 * Reads the data of a resource policies ConfigMap: exactly one key, with YAML in it. Throws InvalidInputError whose
 * message is, with `configMap` (`velero/policies`), what Velero writes to status.validationErrors; there Velero names
 * the backup where it means the ConfigMap.
 */
export function parseResourcePolicies(data: Record<string, string>, configMap = ''): ResourcePolicies {
  const named = (text: string) => (configMap === '' ? '' : text)
  const policies = within(named(`fail to read the ResourcePolicies from ConfigMap ${configMap} with error `), () =>
    read(data, configMap),
  )
  within(named(`fail to validate ResourcePolicies in ConfigMap ${configMap} with error `), () => validate(policies))
  return policies
}

function within<T>(prefix: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error
    throw new InvalidInputError(prefix + error.message, { next: NEXT })
  }
}

function read(data: Record<string, string>, configMap: string): ResourcePolicies {
  const texts = Object.values(data)
  const [text] = texts
  if (text === undefined || texts.length !== 1) {
    throw new InvalidInputError(`illegal resource policies ${configMap} configmap`.replace('  ', ' '))
  }
  const result = readStruct(text, POLICIES)
  if ('problems' in result) {
    throw new InvalidInputError(`failed to decode yaml data into resource policies  ${result.problems.join('\n')}`)
  }
  const policies = result.value as ResourcePolicies
  for (const { conditions } of policies.volumePolicies ?? []) capacityRange(conditions?.capacity)
  return policies
}

function validate({ version, volumePolicies = [], includeExcludePolicy: lists }: ResourcePolicies): void {
  if (version !== 'v1') {
    throw new InvalidInputError(`incompatible version number ${version ?? ''} with supported version v1`)
  }
  for (const { action, conditions } of volumePolicies) {
    const type = action?.type ?? ''
    if (!ACTIONS.includes(type)) throw new InvalidInputError(`invalid action type ${type}`)
    validateConditions(conditions ?? {})
  }
  validateLists(lists?.includedClusterScopedResources, lists?.excludedClusterScopedResources)
  validateLists(lists?.includedNamespaceScopedResources, lists?.excludedNamespaceScopedResources)
}

function validateConditions({ capacity, csi }: VolumeConditions): void {
  const { lower, upper } = capacityRange(capacity)
  if (upper < lower && (lower === 0n || upper !== 0n)) {
    throw new InvalidInputError(`illegal values for capacity ${capacity}`)
  }
  if (csi?.volumeAttributes !== undefined && !csi.driver) {
    throw new InvalidInputError('csi driver should not be empty when filtering by volume attributes')
  }
}

function validateLists(includes: string[] = [], excludes: string[] = []): void {
  if (includes.includes('*') || excludes.includes('*')) {
    throw new InvalidInputError("cannot use '*' in includes or excludes filters in the policy")
  }
  const both = sortedSet(excludes).find(item => includes.includes(item))
  if (both !== undefined)
    throw new InvalidInputError(`excludes list cannot contain an item in the includes list: ${both}`)
}

/** Both bounds in thousand-millionths of a byte; an upper one of zero is none. */
function capacityRange(capacity = ''): { lower: bigint; upper: bigint } {
  const bounds = (capacity || ',').split(',')
  if (bounds.length !== 2) throw new InvalidInputError(`wrong format of Capacity ${capacity}`)
  const [lower = 0n, upper = 0n] = bounds.map(bound => {
    const value = bound.trim() === '' ? 0n : parseQuantity(bound.trim())
    if (value === undefined) {
      throw new InvalidInputError(
        `wrong format of Capacity ${bound} with err quantities must match a number with an optional suffix, such as 10Gi`,
      )
    }
    return value
  })
  return { lower, upper }
}
