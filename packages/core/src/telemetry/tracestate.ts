/** Longer ones are dropped, as the standard allows. */
const mostCharacters = 512
const mostMembers = 32

const part = '[a-z\\d_\\-*/]'
/** A member of a list: a key, of a tenant at a vendor or of a vendor alone, and a value that does not end in a space. */
const member = new RegExp(
  `^((?:[a-z\\d]${part}{0,240}@[a-z]${part}{0,13})|(?:[a-z\\d]${part}{0,255}))=[ -+\\--<>-~]{0,255}[!-+\\--<>-~]$`,
)

/**
 * Reads `tracestate` (W3C Trace Context, 3.3): members `key=value` with commas between them. One that is wrong in any place is dropped
 * whole, as that standard asks, because nobody knows whose state was meant.
 *
 * @returns the members without the white space around them; undefined where there is nothing to hand on
 */
export function readTracestate(text: string): string | undefined {
  const members = text
    .split(',')
    .map((each) => each.replaceAll(/^[ \t]+|[ \t]+$/g, ''))
    .filter((each) => each !== '')
  if (members.length === 0 || members.length > mostMembers) return undefined
  const keys = new Set<string>()
  for (const each of members) {
    const [, key] = member.exec(each) ?? []
    if (key === undefined || keys.has(key)) return undefined
    keys.add(key)
  }
  const read = members.join(',')
  return read.length <= mostCharacters ? read : undefined
}
