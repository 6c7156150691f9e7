/** What several generators give, each value as soon as it is there. Whoever stops early ends them by what they wait for. */
export async function* merged<Value>(all: readonly AsyncGenerator<Value, unknown>[]): AsyncGenerator<Value, void> {
  const stepOf = async (of: AsyncGenerator<Value, unknown>) => ({ of, result: await of.next() })
  const waiting = new Map(all.map((of) => [of, stepOf(of)]))
  while (waiting.size > 0) {
    const { of, result } = await Promise.race(waiting.values())
    if (result.done) {
      waiting.delete(of)
      continue
    }
    waiting.set(of, stepOf(of))
    yield result.value
  }
}
