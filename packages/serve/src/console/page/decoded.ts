/** What stands in the address of the page; one with a broken escape stands for itself, and nothing is found by it. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
