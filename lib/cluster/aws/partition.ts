// The DNS suffix of each AWS partition, by how its regions begin. Source: the SDKs' partitions.json.
const SUFFIXES: [regions: string, suffix: string][] = [
  ['cn-', 'amazonaws.com.cn'],
  ['eusc-', 'amazonaws.eu'],
  ['us-isob-', 'sc2s.sgov.gov'],
  ['us-isof-', 'csp.hci.ic.gov'],
  ['us-iso-', 'c2s.ic.gov'],
  ['eu-isoe-', 'cloud.adc-e.uk'],
]

/** The regional host of an AWS service. */
export function awsHost(service: string, region: string): string {
  const suffix = SUFFIXES.find(([regions]) => region.startsWith(regions))?.[1] ?? 'amazonaws.com'
  return `${service}.${region}.${suffix}`
}
