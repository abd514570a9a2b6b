import { describe, expect, it } from 'vitest'
import { InvalidInputError } from '../../../lib/velero/errors.ts'
import { parseQuantity } from '../../../lib/velero/quantity.ts'
import { parseResourcePolicies } from '../../../lib/velero/resource-policies.ts'

const policies = (yaml: string) => parseResourcePolicies({ 'policies.yaml': yaml })
const volume = (conditions: string, action = 'skip') =>
  policies(`version: v1\nvolumePolicies:\n- conditions:\n    ${conditions}\n  action:\n    type: ${action}\n`)

describe('parseResourcePolicies', () => {
  it('reads volume policies and resource lists', () => {
    const yaml = `
version: v1
volumePolicies:
- conditions:
    capacity: "0,100Gi"
    storageClass: [gp2, ebs-sc]
    nfs: {}
    csi: {driver: aws.efs.csi.driver, volumeAttributes: {tier: 1}}
    volumeTypes: [emptyDir]
    pvcLabels: {app: db}
    pvcPhase: [Pending]
  action: {type: fs-backup, parameters: {a: 1}}
includeExcludePolicy:
  excludedNamespaceScopedResources: [events]
`
    expect(policies(yaml)).toEqual({
      version: 'v1',
      volumePolicies: [
        {
          conditions: {
            capacity: '0,100Gi',
            storageClass: ['gp2', 'ebs-sc'],
            nfs: {},
            csi: { driver: 'aws.efs.csi.driver', volumeAttributes: { tier: '1' } },
            volumeTypes: ['emptyDir'],
            pvcLabels: { app: 'db' },
            pvcPhase: ['Pending'],
          },
          action: { type: 'fs-backup', parameters: { a: 1 } },
        },
      ],
      includeExcludePolicy: { excludedNamespaceScopedResources: ['events'] },
    })
  })

  it.each([
    ['version: v2', 'incompatible version number v2 with supported version v1'],
    ['volumePolicies: []', 'incompatible version number  with supported version v1'],
    [
      'version: v1\nvolumePolicy: []',
      'failed to decode yaml data into resource policies  yaml: unmarshal errors:\n  line 2: field volumePolicy not found in type resourcepolicies.ResourcePolicies',
    ],
    ['', 'failed to decode yaml data into resource policies  EOF'],
    [
      "version: v1\nincludeExcludePolicy:\n  includedClusterScopedResources: ['*']",
      "cannot use '*' in includes or excludes filters in the policy",
    ],
    [
      'version: v1\nincludeExcludePolicy:\n  includedClusterScopedResources: [a]\n  excludedClusterScopedResources: [a]',
      'excludes list cannot contain an item in the includes list: a',
    ],
  ])("refuses %j in Velero's words", (yaml, message) => {
    expect(() => policies(yaml)).toThrow(expect.objectContaining({ name: InvalidInputError.name, message }))
  })

  it.each([
    ['unknown: {}', 'line 4: field unknown not found in type resourcepolicies.volumeConditions'],
    ['storageClass: gp2', 'line 4: cannot unmarshal !!str `gp2` into []string'],
    ['csi: gp2', 'line 4: cannot unmarshal !!str `gp2` into resourcepolicies.csiVolumeSource'],
    ['pvcLabels: production', 'line 4: cannot unmarshal !!str `production` into map[string]string'],
    ['capacity: "1,2,3"', 'wrong format of Capacity 1,2,3'],
    ['capacity: "lots,"', 'wrong format of Capacity lots with err'],
    ['capacity: "10Gi,1Gi"', 'illegal values for capacity 10Gi,1Gi'],
    ['csi: {volumeAttributes: {a: b}}', 'csi driver should not be empty when filtering by volume attributes'],
  ])('refuses the condition %s', (condition, message) => {
    expect(() => volume(condition)).toThrow(message)
  })

  it('refuses actions that Velero does not have', () => {
    expect(() => volume('nfs: {}', 'delete')).toThrow('invalid action type delete')
    expect(() => policies('version: v1\nvolumePolicies: [{}]')).toThrow('invalid action type ')
    expect(() => policies('version: v1\nvolumePolicies: [null]')).toThrow('invalid action type ')
  })

  it('takes open ends for capacities', () => {
    for (const capacity of ['10Gi,', ',10Gi', '10Gi, 10Gi', '0,1']) {
      expect(volume(`capacity: "${capacity}"`).volumePolicies).toHaveLength(1)
    }
  })

  it('refuses a key written twice', () => {
    expect(() => policies('version: v1\nversion: v1')).toThrow(
      /^failed to decode yaml data into resource policies {2}yaml: Map keys must be unique/,
    )
  })

  it('wants exactly one key in the ConfigMap, and names it where the caller does', () => {
    expect(() => parseResourcePolicies({}, 'velero/policies')).toThrow(
      'fail to read the ResourcePolicies from ConfigMap velero/policies with error illegal resource policies velero/policies configmap',
    )
    expect(() => parseResourcePolicies({ a: 'version: v2' }, 'velero/policies')).toThrow(
      'fail to validate ResourcePolicies in ConfigMap velero/policies with error incompatible version number v2 with supported version v1',
    )
  })
})

describe('parseQuantity', () => {
  it.each([
    ['1', 1_000_000_000n],
    ['1Ki', 1024_000_000_000n],
    ['1.5Gi', 1610612736_000_000_000n],
    ['100m', 100_000_000n],
    ['2e3', 2000_000_000_000n],
    ['-1k', -1000_000_000_000n],
    ['.5', 500_000_000n],
    ['1.0000000001n', 2n],
    ['10E', 9223372036854775807_000_000_000n],
  ])('%s', (text, value) => {
    expect(parseQuantity(text)).toBe(value)
  })

  it.each(['', 'Gi', '1 Gi', '1gi', '0x10', '1.2.3', 'ten'])('%j is no quantity', text => {
    expect(parseQuantity(text)).toBeUndefined()
  })
})
