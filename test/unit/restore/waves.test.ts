import { describe, expect, it } from 'vitest'
import { HIGH, LAST, LOW, MIDDLE_FIRST } from '../../../lib/restore/priorities.ts'
import { parsePriorities, wavesOf } from '../../../lib/restore/waves.ts'

const CRDS = 'customresourcedefinitions.apiextensions.k8s.io'
const SHORT: Record<string, string> = { cm: 'configmaps', deploy: 'deployments.apps' }
const resolve = (name: string) => SHORT[name]
const waves = (resources: string[], priorities?: string) =>
  wavesOf(resources, parsePriorities(priorities), resolve).map(wave => wave.resources.join(' '))

describe('waves', () => {
  it('follow Velero’s priorities, with what nobody names in one wave between high and low', () => {
    const kinds = [
      'ingresses.networking.k8s.io',
      'clusters.cluster.x-k8s.io',
      'pods',
      'secrets',
      'deployments.apps',
      'services',
      'namespaces',
      'persistentvolumes',
      'clusterroles.rbac.authorization.k8s.io',
      CRDS,
    ]
    expect(waves(kinds)).toEqual([
      CRDS,
      'namespaces',
      'persistentvolumes',
      'clusterroles.rbac.authorization.k8s.io',
      'secrets',
      'pods',
      'services',
      'deployments.apps ingresses.networking.k8s.io',
      'clusters.cluster.x-k8s.io',
    ])
  })

  it('end with what meddles with others, and have revisions before what makes them', () => {
    const kinds = [
      'apiservices.apiregistration.k8s.io',
      'statefulsets.apps',
      'validatingwebhookconfigurations.admissionregistration.k8s.io',
      'controllerrevisions.apps',
      'apps.kappctrl.k14s.io',
    ]
    expect(waves(kinds)).toEqual([
      'controllerrevisions.apps',
      'statefulsets.apps',
      'apps.kappctrl.k14s.io',
      'validatingwebhookconfigurations.admissionregistration.k8s.io apiservices.apiregistration.k8s.io',
    ])
  })

  it('hold each kind once, whatever names it, and nothing that the backup does not have', () => {
    expect(waves(['configmaps', 'pods'], 'cm,configmaps,configmap,pods,sails')).toEqual(['configmaps', 'pods'])
    expect(waves([])).toEqual([])
  })

  it('begin with definitions and namespaces, whatever is asked for', () => {
    expect(waves(['pods', 'namespaces', CRDS, 'configmaps'], 'pods,configmaps')).toEqual([
      CRDS,
      'namespaces',
      'pods',
      'configmaps',
    ])
  })

  it('take a name without a group for a kind of any group, after what discovery says', () => {
    expect(waves(['sails.harbor.example.com', 'pods'], 'sails')).toEqual(['sails.harbor.example.com', 'pods'])
    expect(waves(['deployments.apps', 'deploy.example.com'], 'deploy')).toEqual([
      'deployments.apps',
      'deploy.example.com',
    ])
  })
})

describe('priorities, as a flag of Velero’s server has them', () => {
  const defaults = { high: HIGH.map(({ resource }) => resource), low: LOW.map(({ resource }) => resource) }
  it.each([
    [undefined, defaults],
    ['', defaults],
    [' , ', defaults],
    ['pods, cm', { high: ['pods', 'cm'], low: defaults.low }],
    ['pods,-', { high: ['pods'], low: defaults.low }],
    ['-,pods', { high: defaults.high, low: ['pods'] }],
    ['pods,-,services,jobs', { high: ['pods'], low: ['services', 'jobs'] }],
    ['-', defaults],
  ])('%j', (text, expected) => {
    expect(parsePriorities(text)).toEqual(expected)
  })

  it('have a reason each, and no kind twice', () => {
    const all = [...HIGH, ...MIDDLE_FIRST, ...LOW, ...LAST]
    for (const { resource, reason } of all) expect(reason, resource).toMatch(/\w+ \w+/)
    expect(new Set(all.map(({ resource }) => resource)).size).toBe(all.length)
  })
})
