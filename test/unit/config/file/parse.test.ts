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
const location = (more: string) => `locations:
  - name: main
    provider: aws
    objectStorage:
      bucket: b
${more}`

describe('a mistake in lateen.yaml', () => {
  it.each([
    [
      'a field misspelt',
      location('    acessMode: ReadOnly\n'),
      '6:5: locations[0].acessMode is not a known field (did you mean "accessMode"?)',
    ],
    [
      'a field misspelt deep inside',
      'locations:\n  - name: m\n    provider: aws\n    objectStorage:\n      buckett: b\n',
      '5:7: locations[0].objectStorage.buckett is not a known field (did you mean "bucket"?)',
    ],
    ['a list misspelt', 'location: []\n', '1:1: location is not a known field (did you mean "locations"?)'],
    [
      'a field like no other',
      location('    colour: red\n'),
      '6:5: locations[0].colour is not a known field; known here: name, provider',
    ],
    ['a field missing', 'locations:\n  - name: m\n    provider: aws\n', '2:5: locations[0].objectStorage is missing'],
    [
      'a value not in the list',
      location('    accessMode: readonly\n'),
      '6:5: locations[0].accessMode must be ReadWrite or ReadOnly, not "readonly" (did you mean "ReadOnly"?)',
    ],
    ['a wrong type', 'clusters:\n  - name: 5\n', '2:5: clusters[0].name must be a text, not 5'],
    [
      'a number too small',
      'clusters:\n  - name: a\n    maxConcurrency: 0\n',
      '3:5: clusters[0].maxConcurrency must be at least 1',
    ],
    [
      'a number too large',
      'clusters:\n  - name: a\n    concurrentBackups: 101\n',
      '3:5: clusters[0].concurrentBackups must be at most 100',
    ],
    ['a name given twice', 'clusters:\n  - name: a\n  - name: a\n', '3:5: clusters[1].name "a" is there twice'],
    [
      'a location that is not there',
      `clusters:\n  - name: a\n    location: mian\n${location('')}`,
      '3:5: clusters[0].location names no location (did you mean "main"?); configured: main',
    ],
    [
      'two ways to one cluster',
      'clusters:\n  - name: a\n    context: a\n    eks: { cluster: a }\n',
      '4:5: clusters[0].eks is given beside context; a cluster is reached in one way',
    ],
    [
      'two places of a kubeconfig',
      'clusters:\n  - name: a\n    kubeconfig: a\n    kubeconfigSecret: a\n    kubeconfigParameter: b\n',
      '3:5: clusters[0].kubeconfig is given beside kubeconfigSecret and kubeconfigParameter; a cluster is reached in one way',
    ],
    [
      'an external ID for no role',
      'clusters:\n  - name: a\n    eks: { cluster: a, externalId: x }\n',
      '3:24: clusters[0].eks.externalId is given without roleArn',
    ],
    [
      'a Secret as credential',
      location('    credential: { name: cloud-credentials, key: cloud }\n'),
      '6:19: locations[0].credential.name is not known here: nothing is read from a Secret',
    ],
    ['a list where a map belongs', '- a\n', '1:1: the file must be a map of fields, not a list'],
  ])('is named with its line, column and field: %s', async (_, text, message) => {
    expect(await refusal(text)).toContain(`/work/here/lateen.yaml:${message}`)
  })

  it('in the syntax is named with its line and column', async () => {
    expect(await refusal('locations: [\n')).toMatch(/^\/work\/here\/lateen\.yaml:\d+:\d+: /)
    expect(await refusal('clusters: []\nclusters: []\n')).toContain('lateen.yaml:2:1: Map keys must be unique')
  })

  it('does not hide the others: each has its line', async () => {
    expect((await refusal(location('    colour: red\n    default: maybe\n'))).split('\n')).toEqual([
      expect.stringContaining('locations[0].default must be true or false, not "maybe"'),
      expect.stringContaining('locations[0].colour'),
    ])
  })

  it.each([
    [
      "a bucket's name with a slash",
      location('').replace('bucket: b', 'bucket: a/b'),
      "backup storage location's bucket name \"a/b\" must not contain a '/' (if using a prefix, put it in the 'Prefix' field instead)",
    ],
    [
      'an unknown key of config',
      location('    config: { regoin: x }\n'),
      'config has invalid keys [regoin]; valid keys are [',
    ],
    [
      'config for a folder',
      location('    config: { region: x }\n').replace('aws', 'file'),
      'config has invalid keys [region]',
    ],
  ])('that Velero refuses is refused in its words: %s', async (_, text, message) => {
    expect(await refusal(text)).toContain(`/work/here/lateen.yaml:2:5: locations[0] is not valid: ${message}`)
  })

  it('in an endpoint is refused with the field', async () => {
    expect(await refusal(location('    config: { s3Url: "https://me:secret@minio" }\n'))).toBe(
      '/work/here/lateen.yaml:6:15: locations[0].config.s3Url is not valid: the URL must not hold a user or password',
    )
  })
})
