const isDigit = (code: number): boolean => code >= 48 && code <= 57

/** The order of ids: as texts, but numbers in them by their size, so that offset 9 is before offset 10. */
export function compareIds(left: string, right: string): number {
  let [a, b] = [0, 0]
  while (a < left.length && b < right.length) {
    const [one, other] = [left.charCodeAt(a), right.charCodeAt(b)]
    if (!isDigit(one) || !isDigit(other)) {
      if (one !== other) return one - other
      a++
      b++
      continue
    }
    const [number, otherNumber] = [digitsAt(left, a), digitsAt(right, b)]
    if (number.length !== otherNumber.length) return number.length - otherNumber.length
    if (number !== otherNumber) return number < otherNumber ? -1 : 1
    a += number.length
    b += otherNumber.length
  }
  return left.length - a - (right.length - b)
}

function digitsAt(text: string, from: number): string {
  let end = from + 1
  while (end < text.length && isDigit(text.charCodeAt(end))) end++
  return text.slice(from, end)
}
