import { expect, test } from 'vitest'
import { Capacity, type CapacityOptions } from '../../../playground/cluster/capacity.ts'
import { VirtualTime } from '../cluster/virtual-time.ts'

/** Each request takes 10 ms; `outcomes` are noted as they come. */
function open(options: Partial<CapacityOptions>) {
  const time = new VirtualTime()
  const capacity = new Capacity(
    { seats: 2, serviceMs: () => 10, queueLength: 2, queueWaitMs: 1000, ...options },
    time.after,
  )
  const outcomes: string[] = []
  const ask = (client: string, count: number) => {
    for (let i = 1; i <= count; i++)
      void capacity
        .serve(client)
        .then(served => outcomes.push(`${client}${i} ${served ? 'served' : 'refused'} at ${time.now()}`))
  }
  return { time, capacity, outcomes, ask }
}

test('serves as many at once as it has seats, then those of the queue, and refuses at once what finds that full', async () => {
  const { time, outcomes, ask } = open({})
  ask('a', 5)
  await time.advance(100)
  expect(outcomes).toEqual([
    'a5 refused at 0',
    'a1 served at 10',
    'a2 served at 10',
    'a3 served at 20',
    'a4 served at 20',
  ])
})

test('a client that asks for little waits for one turn, not for all that another has queued', async () => {
  const { time, outcomes, ask } = open({ seats: 1, queueLength: 10 })
  ask('a', 6)
  await time.advance(1)
  ask('b', 2)
  await time.advance(100)
  expect(outcomes.map(each => each.slice(0, 2))).toEqual(['a1', 'a2', 'b1', 'a3', 'b2', 'a4', 'a5', 'a6'])
})

test('whoever waits too long is refused, and leaves room for another', async () => {
  const { time, capacity, outcomes, ask } = open({ seats: 1, queueLength: 1, queueWaitMs: 5 })
  ask('a', 2)
  await time.advance(6)
  expect(outcomes).toEqual(['a2 refused at 5'])
  ask('a', 1)
  await time.advance(20)
  expect(outcomes.slice(1)).toEqual(['a1 served at 10', 'a1 served at 20'])
  expect(capacity).toMatchObject({ served: 2, refused: 1 })
})

test('seats that are taken away are empty once their requests are done; seats that come back are used at once', async () => {
  const { time, capacity, outcomes, ask } = open({ seats: 2, queueLength: 10 })
  ask('a', 6)
  capacity.seats = 1
  await time.advance(25)
  expect(outcomes).toEqual(['a1 served at 10', 'a2 served at 10', 'a3 served at 20'])
  capacity.seats = 3
  await time.advance(75)
  expect(outcomes.slice(3)).toEqual(['a4 served at 30', 'a5 served at 35', 'a6 served at 35'])
})
