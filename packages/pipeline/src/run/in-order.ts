import type { Maybe } from '@heddle/core'

/**
 * Runs something for each item, at most so many at once, and gives what they gave in the order of the items. After one
 * threw no other begins; what has begun ends before the first throw in the order of the items is thrown on.
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
  let next = 0
  const thrown: { readonly index: number; readonly error: unknown }[] = []
  const lane = async (): Promise<void> => {
    while (thrown.length === 0 && next < items.length) {
      const index = next++
      try {
        values[index] = await run(items[index]!, index)
      } catch (error) {
        thrown.push({ index, error })
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, lane))
  const [first] = thrown.sort((one, other) => one.index - other.index)
  if (first) throw first.error
  return values
}
