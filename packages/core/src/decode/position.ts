/** A place in a text as editors show it: both count from 1, a column counts UTF-16 units. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** Where an offset lies. Lines end with `\n`, `\r\n` or `\r`. */
export function lineAndColumn(text: string, offset: number): Position {
  let line = 1
  let start = 0
  for (const { index, 0: end } of text.slice(0, offset).matchAll(/\r\n|\n|\r/g)) {
    line++
    start = index + end.length
  }
  return { line, column: offset - start + 1 }
}
