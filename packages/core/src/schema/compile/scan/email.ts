const letter = 1
const digit = 2
const hyphen = 4
const apostrophe = 8
const other = 16

const classes = new Uint8Array(128)
for (let code = 0; code < 26; code++) classes[65 + code] = classes[97 + code] = letter
for (let code = 48; code < 58; code++) classes[code] = digit
classes[45] = hyphen
classes[39] = apostrophe
classes[95] = classes[43] = other

const dot = 46
const at = 64

/**
 * Mail addresses as Zod's expression knows them, in one pass. Before the `@`: words of letters, digits and `_'+-`,
 * parted by single dots, the last of which does not end in an apostrophe. After it: labels of letters, digits and
 * hyphens that do not start with a hyphen, of which there are two at least; the last is letters only and two or longer.
 */
export function isEmail(text: string): boolean {
  const { length } = text
  let index = 0
  let before = 0 // Class of the character before; 0 at the start of a word.
  for (; ; index++) {
    if (index === length) return false
    const code = text.charCodeAt(index)
    const kind = code < 128 ? classes[code]! : 0
    if (kind !== 0) before = kind
    else if (before === 0) return false
    else if (code === dot) before = 0
    else if (code === at) break
    else return false
  }
  if (before === apostrophe) return false

  let dots = 0
  let inLabel = 0
  let all = 0 // Classes of all characters of the label, or-ed.
  for (index++; index < length; index++) {
    const code = text.charCodeAt(index)
    const kind = code < 128 ? classes[code]! & (letter | digit | hyphen) : 0
    if (kind !== 0) {
      if (inLabel === 0 && kind === hyphen) return false
      inLabel++
      all |= kind
    } else {
      if (code !== dot || inLabel === 0) return false
      dots++
      inLabel = 0
      all = 0
    }
  }
  return dots > 0 && inLabel >= 2 && all === letter
}
