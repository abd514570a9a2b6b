import { messageOf } from '../../velero/errors.ts'
import { validateSchedule } from '../../velero/validate-schedule.ts'
import { didYouMean } from '../did-you-mean.ts'
import type { Problem } from './issues.ts'
import type { FileCluster, FileSchedule } from './schema.ts'
import { scheduleSettings } from './settings.ts'

/** What a schema can't say of schedules: they can be run, are for clusters that there are, and each is there once for a cluster. */
export function scheduleProblems(schedules: FileSchedule[], clusters: FileCluster[]): Problem[] {
  const known = clusters.map(cluster => cluster.name)
  return schedules.flatMap((schedule, index) => [
    ...invalid(schedule, index),
    ...unknownClusters(schedule, index, known),
    ...repeated(schedule, index, schedules),
  ])
}

/** The field that a problem is about, by how it begins; else the template. */
const FIELDS: [beginning: string, field: keyof FileSchedule][] = [
  ['metadata.name', 'name'],
  ['metadata.labels', 'labels'],
  ['Schedule must', 'schedule'],
  ['invalid schedule', 'schedule'],
  ['retention', 'retention'],
]

function invalid(schedule: FileSchedule, index: number): Problem[] {
  return problemsOf(schedule).map(problem => {
    const [, field = 'template'] = FIELDS.find(([beginning]) => problem.startsWith(beginning)) ?? []
    return { path: ['schedules', index, field], message: `is not valid: ${problem}` }
  })
}

function problemsOf(schedule: FileSchedule): string[] {
  try {
    // Whether a day ever comes does not depend on when that is asked.
    return validateSchedule(scheduleSettings(schedule).schedule, new Date(0))
  } catch (error) {
    return [messageOf(error)]
  }
}

function unknownClusters({ clusters = [] }: FileSchedule, index: number, known: string[]): Problem[] {
  return clusters.flatMap((name, i) =>
    known.includes(name)
      ? []
      : [
          {
            path: ['schedules', index, 'clusters', i],
            message: `names no cluster${didYouMean(name, known)}; configured: ${known.join(', ') || 'none'}`,
          },
        ],
  )
}

function repeated({ name, clusters }: FileSchedule, index: number, all: FileSchedule[]): Problem[] {
  const sharesCluster = (other: FileSchedule) =>
    clusters === undefined ||
    other.clusters === undefined ||
    clusters.some(cluster => other.clusters?.includes(cluster))
  return all.slice(0, index).some(other => other.name === name && sharesCluster(other))
    ? [{ path: ['schedules', index, 'name'], message: `${JSON.stringify(name)} is there twice for one cluster` }]
    : []
}
