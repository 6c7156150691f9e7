import type { Maybe } from '@heddle/core'

/**
 * Runs something for each item, at most so many at once, and gives what they gave in the order of the items. As many as
 * may run at once begin in any case; after one threw no other begins. What has begun ends before the first throw in the
 * order of the items is thrown on.
 */
export async function inOrder<Item>(
  items: readonly Item[],
  concurrency: number,
  run: (item: Item, index: number) => Maybe<unknown>,
): Promise<unknown[]> {
  const values: unknown[] = []
  if (concurrency === 1) {
    for (let index = 0; index < items.length; index++) values.push(await run(items[index]!, index))
    return values
  }
  const lanes = Math.min(concurrency, items.length)
  const thrown: { readonly index: number; readonly error: unknown }[] = []
  let next = lanes
  // Whether the first ones begin must not depend on whether one of them waits before it fails.
  const lane = async (_lane: unknown, first: number): Promise<void> => {
    for (let index = first; index < items.length; index = next++) {
      try {
        values[index] = await run(items[index]!, index)
      } catch (error) {
        thrown.push({ index, error })
      }
      if (thrown.length > 0) return
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  const [first] = thrown.sort((one, other) => one.index - other.index)
  if (first) throw first.error
  return values
}
