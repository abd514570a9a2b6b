import { at, text } from '../json.ts'
import type { Live, Objects } from '../objects.ts'
import { controlled } from './owned.ts'
import { createPod } from './pod-template.ts'
import { MANAGER, setStatus } from './status.ts'

/** Runs a job's pods, all of which end well at once. */
export function reconcileJob(all: Objects, live: Live): void {
  const { suspend, completions = 1 } = at(live.object, 'spec')
  if (suspend === true || at(live.object, 'status').completionTime !== undefined) return
  const kind = all.kind('', 'v1', 'pods')
  for (let i = controlled(all, live, kind).length; i < Number(completions); i++)
    createPod(all, live, { generateName: `${text(live.metadata.name)}-` })
  const succeeded = controlled(all, live, kind).filter(pod => at(pod.object, 'status').phase === 'Succeeded').length
  const now = all.now()
  const condition = (type: string) => ({
    type,
    status: 'True',
    lastProbeTime: now,
    lastTransitionTime: now,
    reason: 'CompletionsReached',
    message: 'Reached expected number of succeeded pods',
  })
  const active = Number(completions) - succeeded
  setStatus(
    all,
    live,
    {
      ...(active === 0 && { conditions: [condition('SuccessCriteriaMet'), condition('Complete')] }),
      startTime: at(live.object, 'status').startTime ?? now,
      ...(active === 0 && { completionTime: now }),
      ...(active > 0 && { active }),
      ...(succeeded > 0 && { succeeded }),
      terminating: 0,
      uncountedTerminatedPods: {},
      ready: 0,
    },
    MANAGER,
  )
}
