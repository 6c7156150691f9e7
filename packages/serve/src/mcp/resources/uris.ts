/** Where things are found, as `heddle://{kind}/{name}…`. */
const root = 'heddle://'

/** The kinds of resources. */
export const kinds = {
  manifest: 'manifest',
  commands: 'commands',
  documents: 'documents',
  queries: 'queries',
  records: 'records',
  runs: 'runs',
} as const

/** A URI of a kind. What is a variable of a template stays as it is written. */
export const uriOf = (kind: keyof typeof kinds, ...steps: readonly string[]): string =>
  root + [kinds[kind], ...steps].join('/')

/** Where the run of a workflow stands. */
export const runUri = (workflow: string, run: string): string => uriOf('runs', workflow, encodeURIComponent(run))

/** What a URI names; undefined for one that is none of ours. */
export function parseUri(uri: string): { kind: string; steps: string[]; query: string } | undefined {
  if (!uri.startsWith(root)) return undefined
  const [address = '', query = ''] = splitOnce(uri.slice(root.length), '?')
  try {
    const [kind = '', ...steps] = address.split('/').map(decodeURIComponent)
    return { kind, steps, query }
  } catch {
    return undefined
  }
}

function splitOnce(text: string, by: string): string[] {
  const at = text.indexOf(by)
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)]
}
