import { existsSync, readFileSync } from 'node:fs'

/** Outputs of real Velero 1.18.1 and the objects that they came from. They lie beside the repository. */
export const samplesFolder = new URL('../../../../shared/reference/velero-cli-samples/', import.meta.url)

export const samplesThere = existsSync(samplesFolder)
export const whyNot = samplesThere ? '' : ' (skipped: ../shared/reference is not there)'

export function sample(name: string): string {
  return readFileSync(new URL(name, samplesFolder), 'utf8')
}

/** The moment that the samples were taken at, as far as their durations tell. */
export const sampleTime = '2026-11-22T08:41:26Z'
