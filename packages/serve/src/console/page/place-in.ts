/** What places are called that somebody may have typed, as the command line or the guide calls them. */
const otherNames: Readonly<Record<string, string>> = { 'dead-letters': 'letters' }

/** The place of the page that an address names, and what stands behind it, e.g. `#/jobs/flights.Delays`. */
export function placeIn(hash: string): { readonly name: string; readonly rest: string } {
  const [, name = '', rest = ''] = /^#\/([a-z-]+)(?:\/(.*))?$/.exec(hash) ?? []
  return { name: otherNames[name] ?? name, rest }
}
