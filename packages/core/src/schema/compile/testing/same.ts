/** Where two values differ; undefined when they are the same down to key order, prototypes, holes and frozenness. */
export function difference(
  one: unknown,
  other: unknown,
  path = '',
  seen = new Map<unknown, unknown>(),
): string | undefined {
  if (Object.is(one, other)) return undefined
  const at = path || 'the value'
  // Zod wraps functions anew at each parse.
  if (typeof one === 'function' && typeof other === 'function') return undefined
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) {
    return `${at}: ${text(one)} is not ${text(other)}`
  }
  if (seen.get(one) === other) return undefined
  seen.set(one, other)
  if (Object.getPrototypeOf(one) !== Object.getPrototypeOf(other)) return `${at}: other prototype`
  if (Object.isFrozen(one) !== Object.isFrozen(other)) return `${at}: ${Object.isFrozen(one) ? 'frozen' : 'not frozen'}`
  if (one instanceof Date) return Object.is(+one, +(other as Date)) ? undefined : `${at}: another time`
  const parts = (value: object): [unknown, unknown][] => {
    if (value instanceof Map)
      return [...value].flatMap(([key, entry], index): [unknown, unknown][] => [
        [`${index}k`, key],
        [`${index}v`, entry],
      ])
    if (value instanceof Set) return [...value].map((entry, index) => [index, entry])
    return Reflect.ownKeys(value).map((key) => [key, (value as Record<PropertyKey, unknown>)[key]])
  }
  const [ones, others] = [parts(one), parts(other)]
  const keys = (list: [unknown, unknown][]) => list.map(([key]) => String(key)).join()
  if (keys(ones) !== keys(others)) return `${at}: keys ${keys(ones)} are not ${keys(others)}`
  for (let index = 0; index < ones.length; index++) {
    const found = difference(ones[index]![1], others[index]![1], `${path}/${String(ones[index]![0])}`, seen)
    if (found) return found
  }
  return undefined
}

function text(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (Object.is(value, -0)) return '-0'
  if (typeof value !== 'object' || value === null) return String(value)
  return Object.prototype.toString.call(value)
}
