import { expect, it } from 'vitest'
import { lifetimeProblems } from '../../../lib/velero/lifetime.ts'

const problems = (ttl?: string, retention?: string) =>
  lifetimeProblems({
    metadata: { name: 'b', ...(retention !== undefined && { annotations: { 'lateen.io/retention': retention } }) },
    spec: { ...(ttl !== undefined && { ttl }) },
  })

it('how long a backup stays has to be meant', () => {
  expect(problems()).toEqual([])
  expect(problems('0s', 'keep-last=1')).toEqual([])
  expect(problems('-1h')).toEqual(['spec.ttl: -1h is negative; the backup would expire at once'])
  expect(problems('1h', 'keep-last=many')).toEqual(['retention: "keep-last=many" is no count'])
})
