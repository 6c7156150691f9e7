/** Works on items, so many at a time, and answers when all are done; after a failure no further one is begun. */
export async function someAtATime<Item>(
  items: readonly Item[],
  concurrency: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  let next = 0
  let isFailed = false
  const lane = async () => {
    while (next < items.length && !isFailed) {
      const item = items[next++]!
      try {
        await work(item)
      } catch (thrown) {
        isFailed = true
        throw thrown
      }
    }
  }
  const lanes = Array.from({ length: Math.min(concurrency, items.length) }, lane)
  const ended = await Promise.allSettled(lanes)
  for (const lane of ended) if (lane.status === 'rejected') throw lane.reason
}
