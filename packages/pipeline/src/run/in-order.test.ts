import fc from 'fast-check'
import { expect, test } from 'vitest'
import { inOrder } from './in-order.ts'

/** What a run of these items did: an item is how many turns it takes, and whether it fails. */
async function ran(items: readonly { readonly turns: number; readonly fails: boolean }[], concurrency: number) {
  const begun: number[] = []
  let [running, most] = [0, 0]
  const run = (item: (typeof items)[number], index: number) => {
    begun.push(index)
    most = Math.max(most, ++running)
    const end = () => {
      running--
      if (item.fails) throw new Error(`item ${index}`)
      return index
    }
    if (item.turns === 0) return end()
    return (async () => {
      for (let turn = 0; turn < item.turns; turn++) await Promise.resolve()
      return end()
    })()
  }
  const outcome = await inOrder(items, concurrency, run).catch((error: Error) => error.message)
  return { begun, most, running, outcome }
}

const items = fc.array(fc.record({ turns: fc.nat(4), fails: fc.boolean() }), { maxLength: 12 })

test('values are in the order of the items, no more run at once than may, and all that began has ended', async () => {
  await fc.assert(
    fc.asyncProperty(items, fc.integer({ min: 1, max: 5 }), async (given, concurrency) => {
      const { begun, most, running, outcome } = await ran(given, concurrency)
      expect([most <= concurrency, running]).toEqual([true, 0])
      if (given.every(({ fails }) => !fails)) expect(outcome).toEqual(given.map((_item, index) => index))
      else expect(outcome).toBe(`item ${begun.filter((index) => given[index]!.fails).sort((a, b) => a - b)[0]}`)
    }),
  )
})

test('as many as may run at once begin, whether the first one fails at once or later', async () => {
  for (const turns of [0, 1, 3]) {
    const given = [{ turns, fails: true }, ...Array.from({ length: 5 }, () => ({ turns: 9, fails: false }))]
    expect((await ran(given, 3)).begun).toEqual([0, 1, 2])
  }
})
