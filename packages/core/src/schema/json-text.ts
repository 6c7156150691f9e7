/**
 * Reads JSON that stands inside a text, as strictly as the decoders of surfaces: no field twice, no `__proto__`, no
 * integer that JavaScript would round, no half of a surrogate pair.
 *
 * @returns undefined when it is no such JSON
 */
export function readJsonText(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text, refuseUnsafe)
    return hasRepeatedField(text) ? undefined : value
  } catch {
    return undefined
  }
}

function refuseUnsafe(this: unknown, field: string, value: unknown, context?: { source?: string }): unknown {
  if (field === '__proto__' || !field.isWellFormed()) throw new SyntaxError(`the field ${field} is not accepted`)
  if (typeof value === 'string' && !value.isWellFormed()) throw new SyntaxError('half of a surrogate pair')
  if (typeof value === 'number' && isRounded(value, context?.source)) throw new SyntaxError('an unsafe integer')
  return value
}

const isRounded = (value: number, source = '') =>
  !Number.isFinite(value) || (/^-?\d+$/.test(source) && !Number.isSafeInteger(value))

/** The text is known to be JSON, so its strings, brackets and colons tell where fields are. */
function hasRepeatedField(text: string): boolean {
  const around: (Set<string> | undefined)[] = []
  let last = ''
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]:]/g)) {
    if (token === '{') around.push(new Set())
    else if (token === '[') around.push(undefined)
    else if (token === '}' || token === ']') around.pop()
    else if (token === ':') {
      const field = JSON.parse(last) as string
      const fields = around.at(-1)!
      if (fields.has(field)) return true
      fields.add(field)
    } else last = token
  }
  return false
}
