import { describe, expect, test } from 'vitest'
import type { CapacityOptions } from '../../../playground/cluster/capacity.ts'
import { type Client, percentile, rate, Simulation, seeded, WAYS_MS } from './simulation.ts'

interface Server {
  seats: number
  ms: number
  queueLength: number
}

/** Service takes half as long and half as long again, at random. */
function open({ seats, ms, queueLength }: Server): Simulation {
  const random = seeded(seats)
  const options: CapacityOptions = { seats, serviceMs: () => ms * (0.5 + random()), queueLength, queueWaitMs: 15_000 }
  return new Simulation(options)
}

/** What a client of so many requests at once gets at the best, in answers per second. */
function best({ seats, ms, queueLength }: Server, ceiling: number): number {
  // Without a queue a seat is empty while the answer and the next request are under way.
  const unqueued = Math.min(seats + queueLength, ceiling) / (ms + WAYS_MS)
  return 1000 * Math.min(seats / ms, unqueued)
}

/** More objects at once than flow control ever lets through, as a restore has them. */
const UNDER_WAY = 64

/** The seconds of the simulation in which something was refused. */
const refusedIn = ({ refusals }: Client, fromMs: number) =>
  new Set(refusals.filter(at => at >= fromMs).map(at => Math.floor(at / 1000))).size

// The ceilings are those of backups and restores.
describe.each([
  { seats: 4, ms: 2, ceiling: 16 },
  { seats: 4, ms: 20, ceiling: 32 },
  { seats: 10, ms: 20, ceiling: 32 },
  { seats: 40, ms: 20, ceiling: 16 },
  { seats: 40, ms: 20, ceiling: 32 },
  { seats: 4, ms: 200, ceiling: 16 },
  { seats: 10, ms: 200, ceiling: 32 },
  { seats: 40, ms: 200, ceiling: 32 },
  { seats: 100, ms: 200, ceiling: 32 },
])('$seats seats of $ms ms, at most $ceiling requests at once', ({ seats, ms, ceiling }) => {
  test.each([
    ['no queue', 0],
    ['a short queue', seats / 2],
    ['a long queue', 50],
  ])('%s: nine tenths of what the server bears, also of half of it from 2 s on, and nothing is lost', async (_, queueLength) => {
    const server = { seats, ms, queueLength }
    const simulation = open(server)
    const { time, capacity } = simulation
    const client = simulation.client('us', ceiling)
    simulation.keepBusy(client, UNDER_WAY)
    await time.advance(8000)
    expect(rate(client, 2000, 8000)).toBeGreaterThan(0.9 * best(server, ceiling))

    capacity.seats = seats / 2
    await time.advance(8000)
    const half = best({ ...server, seats: seats / 2 }, ceiling)
    expect(rate(client, 10_000, 16_000)).toBeGreaterThan(0.9 * half)
    expect(refusedIn(client, 10_000)).toBeLessThanOrEqual(2)
    expect(client.lost).toEqual([])
  })
})

test('when capacity comes back, it is used within ten seconds', async () => {
  const server = { seats: 10, ms: 20, queueLength: 0 }
  const simulation = open(server)
  const client = simulation.client('us', 32)
  simulation.keepBusy(client, UNDER_WAY)
  simulation.capacity.seats = 5
  await simulation.time.advance(7000)
  simulation.capacity.seats = 10
  await simulation.time.advance(20_000)
  expect(rate(client, 17_000, 27_000)).toBeGreaterThan(0.9 * best(server, 32))
  expect(client.lost).toEqual([])
})

test('a server that bears all that comes gets as much as is allowed within its first four answers in a row', async () => {
  const simulation = open({ seats: 100, ms: 20, queueLength: 0 })
  const client = simulation.client('us', 32)
  simulation.keepBusy(client, UNDER_WAY)
  await simulation.time.advance(4 * 21)
  expect(client.flow.limit).toBe(32)
})

test('a server that refuses everything is asked once a second, and nothing is lost when it comes to itself', async () => {
  const simulation = open({ seats: 0, ms: 20, queueLength: 0 })
  const client = simulation.client('us', 32)
  simulation.keepBusy(client, UNDER_WAY)
  await simulation.time.advance(10_000)
  expect(client.refusals.length).toBeLessThan(4 + 2 + 10)
  simulation.capacity.seats = 10
  await simulation.time.advance(10_000)
  expect(client.answers.length).toBeGreaterThan(1000)
  expect(client.lost).toEqual([])
})

describe.each([
  { seats: 4, ms: 20 },
  { seats: 10, ms: 20 },
  { seats: 40, ms: 20 },
  { seats: 10, ms: 200 },
])('$seats seats of $ms ms, half of which we may have', ({ seats, ms }) => {
  test.each([
    ['no queue', 0],
    ['a long queue', 50],
  ])("%s: a second client's 95th percentile is under twice what it is without us", async (_, queueLength) => {
    const visited = async (together: boolean): Promise<number[]> => {
      const simulation = open({ seats, ms, queueLength })
      if (together) simulation.keepBusy(simulation.client('us', seats / 2), UNDER_WAY)
      const other = simulation.client('another', 32)
      // A quarter of the seats in the mean.
      simulation.visit(other, (4 * ms) / seats)
      await simulation.time.advance(ms * 300)
      expect(other.lost).toEqual([])
      return other.answers.map(({ tookMs }) => tookMs)
    }
    expect(percentile(await visited(true), 0.95)).toBeLessThan(2 * percentile(await visited(false), 0.95))
  })
})
