import { describe, expect, it } from 'vitest'
import { configMap, namespace, type Seed } from '../../helpers/world.ts'
import { sourceOf } from './source.ts'
import { fakeCluster, invoke, rowsOf, type Snapshot } from './work-invocation.ts'

const secret = (place: string): Seed => ({ ...configMap(place), kind: 'Secret' })
const maps = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => configMap(`shop/map-${from + i}`))
const SOURCE = () => sourceOf([namespace('shop')], [secret('shop/a')], maps(0, 5), maps(5, 10))

describe('a restore', () => {
  it('gone on with from any moment deals with each object once, whatever was carried out after that moment', async () => {
    const failing = () => {
      let left = 3
      return fakeCluster(name => (name === 'map-3' ? 400 : name === 'map-7' && left-- > 0 ? 500 : undefined))
    }
    const whole = invoke(SOURCE(), failing())
    expect(await whole.work.run()).toBe(true)
    const rows = await rowsOf(whole.account)
    expect(rows).toContain('v1/ConfigMap shop/map-3(failed)')
    expect(rows).toContain('v1/ConfigMap shop/map-7(created)')
    let last = 0
    for (let at = 1; last === at - 1; at++) {
      const cluster = failing()
      let snapshot: Promise<Snapshot> | undefined
      const first = invoke(SOURCE(), cluster, {
        onCall: (number, take) => {
          if (number !== at) return
          last = at
          snapshot = take()
        },
      })
      await first.work.run()
      if (snapshot === undefined) break
      const second = invoke(SOURCE(), cluster, { from: await snapshot })
      expect(await second.work.run()).toBe(true)
      expect(await rowsOf(second.account)).toEqual(rows)
      expect(second.account.counts).toEqual(whole.account.counts)
    }
    expect(last).toBeGreaterThan(20)
  })

  it('that is stopping deals with something all the same, and with all of it in the end', async () => {
    const cluster = fakeCluster()
    let one = invoke(SOURCE(), cluster, { stopping: () => true })
    let steps = 1
    for (; !(await one.work.run()); steps++) {
      expect(one.work.done).toBeGreaterThan(0)
      one = invoke(SOURCE(), cluster, { stopping: () => true, from: await one.take() })
    }
    expect(steps).toBeGreaterThan(2)
    expect(one.account.counts).toMatchObject({ items: 12, created: 12 })
  })

  it('tells of a damaged member once, in whichever invocation it comes to it', async () => {
    const source = sourceOf([namespace('shop')], maps(0, 3), 'secrets')
    const cluster = fakeCluster()
    let one = invoke(source, cluster, { stopping: () => true })
    while (!(await one.work.run())) one = invoke(source, cluster, { stopping: () => true, from: await one.take() })
    const { firstFindings, counts } = one.account
    expect(firstFindings.errors).toEqual([expect.stringMatching(/^3 items of secrets, .*archive is damaged/)])
    expect(counts).toMatchObject({ created: 4, errors: 1 })
  })

  it('gives up what can’t be read any more when its turn to be tried again comes', async () => {
    const source = sourceOf([namespace('shop')], maps(0, 3))
    const cluster = fakeCluster(name => {
      for (const member of source.members) if (member.resource === 'configmaps') source.damaged.add(member)
      return name.startsWith('map') ? 500 : undefined
    })
    const { work, account } = invoke(source, cluster)
    expect(await work.run()).toBe(true)
    expect(account.firstFindings.errors).toEqual([expect.stringContaining('the archive is damaged')])
  })
})
