import { Decimal } from '@heddle/types/decimal'

// What goes to another thread is copied without its class, so that a decimal would arrive as an empty record. It travels as a
// text object, which data never holds: a copy keeps those apart from texts.

/** A message whose decimals can be copied; itself where it holds none. */
export function carryDecimals<Message extends object>(message: Message): Message {
  try {
    return carried(message) as Message
  } catch (thrown) {
    // What holds itself, or is nested too deep: the copy says what it makes of it.
    if (thrown instanceof RangeError) return message
    throw thrown
  }
}

function carried(value: object): object {
  if (Array.isArray(value)) return carriedList(value)
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === Object.prototype || prototype === null) return carriedRecord(value)
  return value instanceof Decimal ? (Object(String(value)) as object) : value
}

function carriedList(items: readonly unknown[]): object {
  let copy: unknown[] | undefined
  for (let at = 0; at < items.length; at++) {
    const item = items[at]
    if (typeof item !== 'object' || item === null) continue
    const made = carried(item)
    if (made !== item) (copy ??= items.slice())[at] = made
  }
  return copy ?? items
}

function carriedRecord(record: object): object {
  let copy: object | undefined
  for (const name in record) {
    const part = (record as Record<string, unknown>)[name]
    if (typeof part !== 'object' || part === null) continue
    const made = carried(part)
    if (made !== part) put((copy ??= { ...record }), name, made)
  }
  return copy ?? record
}

/** Makes the decimals of a message that was copied what they were, in place. */
export function readDecimals(value: object): void {
  for (const name in value) {
    const part = (value as Record<string, unknown>)[name]
    if (typeof part !== 'object' || part === null) continue
    if (part instanceof String) put(value, name, Decimal.read(String(part)))
    else if (!ArrayBuffer.isView(part)) readDecimals(part)
  }
}

// Defined, so that a field named `__proto__` stays a field.
const put = (record: object, name: string, value: unknown): void => {
  Object.defineProperty(record, name, { value, enumerable: true, configurable: true, writable: true })
}
