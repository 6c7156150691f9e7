/** How many columns of a terminal a text takes: wide characters take two, combining ones none. */
export function widthOf(text: string): number {
  if (isPlain(text)) return text.length
  let width = 0
  for (const { segment } of segments.segment(text)) width += isWide(segment) ? 2 : 1
  return width
}

/** A text cut to a width, with `…` where something is missing. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text
  if (width <= 0) return ''
  let kept = ''
  let used = 0
  for (const { segment } of segments.segment(text)) {
    const next = isWide(segment) ? 2 : 1
    if (used + next > width - 1) break
    kept += segment
    used += next
  }
  return `${kept}…`
}

/** A text filled up with blanks on one side. */
export function pad(text: string, width: number, side: 'left' | 'right'): string {
  const blanks = ' '.repeat(Math.max(0, width - widthOf(text)))
  return side === 'left' ? blanks + text : text + blanks
}

const segments = new Intl.Segmenter()
const isPlain = (text: string) => /^[\x20-\x7e]*$/.test(text)
const isWide = (segment: string) =>
  /^(?:\p{Script=Han}|\p{Script=Hangul}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Emoji_Presentation}|[！-｠])/u.test(
    segment,
  )
