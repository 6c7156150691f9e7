/** What was thrown, as text for a log. Anything can be thrown, also what has no text or throws again when it is asked. */
export function shownThrown(thrown: unknown): string {
  try {
    return String(thrown)
  } catch {
    return `something of type ${typeof thrown} without a text`
  }
}
