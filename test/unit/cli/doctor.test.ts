import { describe, expect, it } from 'vitest'
import type { Jobs } from '../../../lib/cli/jobs.ts'
import type { Check } from '../../../lib/jobs/doctor/types.ts'
import { lateen } from './harness.ts'

const fine: Check = { verdict: 'ok', what: 'cluster', detail: 'v1.36.3 at https://c' }
const slow: Check = { verdict: 'warning', what: 'store: clock', detail: '60 s ahead', next: 'Set the clock.' }
const failed = (fault: NonNullable<Check['fault']>): Check => ({
  verdict: 'problem',
  what: 'store: If-Match',
  fault,
  detail: 'ignored\u001b[31m\nby it',
  next: 'Use another store.',
})

const doctor = (checks: Check[], line = 'doctor', more: Partial<Parameters<typeof lateen>[1]> = {}) =>
  lateen(line, { jobs: { examine: async () => ({ checks }) }, ...more })

describe('doctor', () => {
  it('prints a line for each check, and what to do where it is not ok', async () => {
    expect(await doctor([fine, slow, failed('unfit')])).toEqual({
      code: 1,
      stdout: `ok       configuration    the cluster of kubectl's configuration or the pod; the location "default": s3://backups
ok       cluster          v1.36.3 at https://c
warning  store: clock     60 s ahead
                          -> Set the clock.
problem  store: If-Match  ignored^[[31m by it
                          -> Use another store.
1 problem, 1 warning.
`,
      stderr: '',
    })
  })

  it.each([
    ['all is well', 0, [fine]],
    ['there are warnings only', 0, [fine, slow]],
    ['a store is not fit', 1, [failed('unfit')]],
    ['what was configured is wrong', 2, [failed('configuration'), failed('unfit')]],
    ['something is out of reach', 5, [failed('refused'), failed('configuration')]],
  ] as const)('ends where %s with %i', async (_, code, checks) => {
    expect((await doctor([...checks])).code).toBe(code)
  })

  it('says so where all is well', async () => {
    expect((await doctor([fine])).stdout).toMatch(/\nAll is well\.\n$/)
  })

  it('tells a configuration that can not be used as the first check, and makes no other', async () => {
    const { code, stdout } = await lateen('doctor --cluster nope')
    expect(code).toBe(2)
    expect(stdout).toMatch(/^problem {2}configuration {2}no cluster is called "nope"/)
    expect(stdout).toMatch(/\n1 problem, 0 warnings\.\n$/)
  })

  it('gives one object with all checks for a script', async () => {
    const { code, stdout } = await doctor([slow], 'doctor -o json')
    expect(code).toBe(0)
    expect(JSON.parse(stdout).checks[1]).toEqual(slow)
  })

  it('checks what --for names, and refuses anything else', async () => {
    let asked: readonly string[] = []
    const examine: Jobs['examine'] = async (_, { purposes }) => {
      asked = purposes
      return { checks: [] }
    }
    await lateen('doctor --for backup', { jobs: { examine } })
    expect(asked).toEqual(['backup'])
    await lateen('doctor', { jobs: { examine } })
    expect(asked).toEqual(['backup', 'restore'])
    expect(await lateen('doctor --for schedule')).toMatchObject({
      code: 2,
      stderr: 'An error occurred: --for has invalid value "schedule": it accepts only backup, restore as value\n',
    })
  })

  it('ends with 130 where Ctrl-C stopped it', async () => {
    let interrupt = () => {}
    const examine: Jobs['examine'] = async (_, { signal }) => {
      interrupt()
      return { checks: signal.aborted ? [] : [fine] }
    }
    const outcome = await lateen('doctor', {
      jobs: { examine },
      onInterrupt: handler => {
        interrupt = handler
      },
    })
    expect(outcome).toMatchObject({ code: 130, stdout: '' })
  })
})
