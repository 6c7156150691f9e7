import { castInput, compileSchema, decodeJson, Issues, type Schema, toldIssue } from '@heddle/core'
import type { Flag } from '../flags.ts'
import { InputBuilder } from '../input-builder.ts'

/** What is wrong with an answer, said while it can still be mended. What only shows later is left to the call. */
export function problemOf(type: Schema, { path, kind, element }: Flag, text: string): string | undefined {
  const isJson = kind === 'json' || (kind === 'list' && (element === 'json' || text.startsWith('[')))
  const read = isJson ? decodeJson(text) : undefined
  if (read && !read.ok) return read.errors[0]!.message
  const builder = new InputBuilder({})
  const value = read ? read.value : text
  builder.set(path, kind === 'list' && !Array.isArray(value) ? [value] : value)
  const issue = issueAt(type, castInput(type, builder.value, 'text'), path)
  return issue && toldIssue(type, issue).message
}

function issueAt(type: Schema, value: unknown, path: Flag['path']) {
  const checked = checkedNow(type, value)
  if (!(checked instanceof Issues)) return undefined
  // That a list is too short is no fault of its first element.
  return checked.issues.find((issue) =>
    issue.code !== 'too_small' || issue.origin !== 'array'
      ? path.every((segment, index) => issue.path[index] === segment)
      : false,
  )
}

/** A type that has to wait for something is checked by the call alone. */
function checkedNow(type: Schema, value: unknown): unknown {
  try {
    return compileSchema(type as never).run(value)
  } catch {
    return undefined
  }
}
