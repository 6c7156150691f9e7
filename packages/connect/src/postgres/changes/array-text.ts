/** A list, lists of lists, and null for what is not there, with the texts of the elements. */
export type ArrayTexts = (string | null | ArrayTexts)[]

/**
 * Reads an array as PostgreSQL writes it: `{1,NULL,"a \"b\"",{2,3}}`, with bounds before it where it does not begin at 1.
 * https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO
 *
 * @param delimiter what stands between elements; a semicolon for boxes, else a comma
 */
export function parseArray(text: string, delimiter = ','): ArrayTexts {
  let at = text.indexOf('{')
  const list = (): ArrayTexts => {
    const items: ArrayTexts = []
    at++
    while (text[at] !== '}') {
      items.push(text[at] === '{' ? list() : text[at] === '"' ? quoted() : bare())
      if (text[at] === delimiter) at++
    }
    at++
    return items
  }
  const quoted = (): string => {
    let out = ''
    for (at++; text[at] !== '"'; at++) out += text[text[at] === '\\' ? ++at : at]
    at++
    return out
  }
  const bare = (): string | null => {
    const from = at
    while (text[at] !== delimiter && text[at] !== '}') at++
    const word = text.slice(from, at)
    return word === 'NULL' ? null : word
  }
  return list()
}
