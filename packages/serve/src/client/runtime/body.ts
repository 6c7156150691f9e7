import { misuse, OutcomeError, reasonOf } from './failures.ts'
import type { AnyCommand } from './types.ts'

/** JSON as servers read it: big integers as text, dates by themselves. */
export const toJsonText = (value: unknown): string => sendable(() => JSON.stringify(value, asText))

/** What is made of an input. One that cannot be sent, e.g. because it holds itself, is the caller's mistake. */
export function sendable<Made>(make: () => Made): Made {
  try {
    return make()
  } catch (cause) {
    throw cause instanceof OutcomeError ? cause : misuse('input', reasonOf(cause), 'MalformedInput')
  }
}

/** For `JSON.stringify`; values with a `toJSON` have been asked already. */
function asText(_name: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString()
  return value instanceof Set || value instanceof Map ? [...value] : value
}

/** The body of a call: JSON, or a form where the input has files. */
export function bodyOf({ uploads }: AnyCommand, input: unknown): string | FormData {
  if (!uploads?.some((path) => fileAt(input, path))) return toJsonText(input)
  const form = new FormData()
  const files: [string, Blob][] = []
  fillForm(form, files, '', input as object)
  // The call begins with the file, so all else stands before it.
  for (const [name, file] of files) form.append(name, file)
  return form
}

const fileAt = (input: unknown, path: string): boolean =>
  path
    .split('.')
    .reduce<unknown>((value, field) => (value as Record<string, unknown> | undefined)?.[field], input) instanceof Blob

function fillForm(form: FormData, files: [string, Blob][], start: string, fields: object): void {
  for (const [field, value] of Object.entries(fields) as [string, unknown][]) {
    const name = start + field
    if (value === undefined || value === null) continue
    if (value instanceof Blob) files.push([name, value])
    else if (isEmpty(value)) form.append(name, fieldText(value))
    else if (Array.isArray(value)) for (const each of value) form.append(name, fieldText(each))
    else if (typeof value === 'object' && !(value instanceof Date)) fillForm(form, files, `${name}.`, value)
    else form.append(name, fieldText(value))
  }
}

/** A list or record without anything in it: no field would tell of it. */
const isEmpty = (value: unknown) =>
  typeof value === 'object' && !(value instanceof Date) && Object.keys(value as object).length === 0

/** A value as the text of a field: JSON where it has parts. */
export function fieldText(value: unknown): string {
  if (value instanceof Date) return value.toISOString()
  return typeof value === 'object' ? toJsonText(value) : String(value)
}
