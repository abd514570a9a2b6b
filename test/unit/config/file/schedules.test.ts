import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../../../lib/config/load.ts'
import { withFile } from '../sources.ts'

const refusal = async (text: string): Promise<string> => {
  try {
    await loadConfig(withFile(text))
  } catch (error) {
    return (error as Error).message
  }
  throw new Error('was accepted')
}
const clusters = 'clusters:\n  - { name: prod }\n  - { name: dev }\n'
const schedule = (more: string, cron = '0 3 * * *') =>
  `${clusters}schedules:\n  - name: nightly\n    schedule: "${cron}"\n${more}`

describe('a mistake in the schedules of lateen.yaml', () => {
  it.each([
    [
      'a field misspelt',
      schedule('    pauzed: true\n'),
      '7:5: schedules[0].pauzed is not a known field (did you mean "paused"?)',
    ],
    ['no times', `${clusters}schedules:\n  - name: nightly\n`, '5:5: schedules[0].schedule is missing'],
    [
      'times that can not be meant',
      schedule('', '0 25 * * *'),
      '6:5: schedules[0].schedule is not valid: invalid schedule: end of range (25) above maximum (23): 25',
    ],
    [
      'a day that never comes',
      schedule('', '0 0 30 2 *'),
      '6:5: schedules[0].schedule is not valid: invalid schedule: "0 0 30 2 *" names a day that never comes',
    ],
    [
      'an unknown time zone',
      schedule('', 'CRON_TZ=Europe/Berlni 0 3 * * *'),
      '6:5: schedules[0].schedule is not valid: invalid schedule: provided bad location Europe/Berlni',
    ],
    [
      'a name that no backup can have',
      schedule('').replace('nightly', 'Nightly'),
      '5:5: schedules[0].name is not valid: metadata.name: a lowercase RFC 1123 subdomain',
    ],
    [
      'a label that can not be one',
      schedule('    labels: { team: "a b" }\n'),
      '7:5: schedules[0].labels is not valid: metadata.labels: "a b": a valid label must',
    ],
    [
      'a field of the template that is none',
      schedule('    template:\n      includedNamespace: [a]\n'),
      '7:5: schedules[0].template is not valid: spec.template: unknown field "includedNamespace", did you mean "includedNamespaces"?',
    ],
    [
      'a duration of the template that is none',
      schedule('    template: { ttl: 30d }\n'),
      '7:5: schedules[0].template is not valid: spec.template.ttl: time: unknown unit "d" in duration "30d"',
    ],
    [
      'a template that Velero would refuse',
      schedule('    template: { includedNamespaces: [a], excludedNamespaces: [a] }\n'),
      '7:5: schedules[0].template is not valid: Invalid included/excluded namespace lists: ',
    ],
    [
      'a retention that can not be meant',
      schedule('    retention: keep-dayly=7\n'),
      '7:5: schedules[0].retention is not valid: retention: unknown word "keep-dayly", did you mean keep-daily?',
    ],
    [
      'a concurrency that is none',
      schedule('    concurrencyPolicy: allow\n'),
      '7:5: schedules[0].concurrencyPolicy must be Forbid or Allow, not "allow" (did you mean "Allow"?)',
    ],
    [
      'a cluster that is not there',
      schedule('    clusters: [prod, dve]\n'),
      '7:22: schedules[0].clusters[1] names no cluster (did you mean "dev"?); configured: prod, dev',
    ],
    [
      'no cluster at all',
      schedule('    clusters: []\n'),
      '7:5: schedules[0].clusters must name a cluster, or be left out',
    ],
    [
      'a name that is there twice',
      `${schedule('')}  - { name: nightly, schedule: "@daily", clusters: [dev] }\n`,
      '7:7: schedules[1].name "nightly" is there twice for one cluster',
    ],
    [
      'a retention of a location that can not be meant',
      'locations:\n  - name: main\n    provider: aws\n    objectStorage: { bucket: b }\n    retention: keep-last=0\n',
      '5:5: locations[0].retention is not valid: retention: nothing would be kept',
    ],
  ])('is named with its line, column and field: %s', async (_, text, message) => {
    expect(await refusal(text)).toContain(`/work/here/lateen.yaml:${message}`)
  })

  it('is none where one name is for several clusters, each with its own', async () => {
    const text = `${schedule('    clusters: [prod]\n')}  - { name: nightly, schedule: "@daily", clusters: [dev] }\n`
    expect((await loadConfig(withFile(text))).schedules).toHaveLength(2)
  })

  it('is none where a template is as Velero prints it', async () => {
    const template =
      'csiSnapshotTimeout: 0s, hooks: {}, metadata: {}, ttl: 0s, resourcePolicy: { apiGroup: null, kind: configmap, name: p }'
    const { schedules } = await loadConfig(withFile(schedule(`    template: { ${template} }\n`)))
    expect(schedules?.[0]?.schedule.spec.template.resourcePolicy).toEqual({ kind: 'configmap', name: 'p' })
  })
})
