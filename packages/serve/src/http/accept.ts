/** Media types that answers have. */
export const mediaTypes = {
  json: 'application/json',
  lines: 'application/x-ndjson',
  events: 'text/event-stream',
  html: 'text/html',
} as const

/** A browser takes an answer for what it says it is, and not for a page because of what stands in it. */
export const noSniffing = { 'x-content-type-options': 'nosniff' } as const

/** Whether a client takes a media type, by its `Accept` header (RFC 9110, 12.5.1). No header takes everything. */
export function accepts(header: string | undefined, mediaType: string): boolean {
  if (header === undefined || header === '*/*' || header === mediaType) return true
  const [kind] = mediaType.split('/')
  let best = { precision: 0, wanted: false }
  for (const { range, wanted } of rangesOf(header)) {
    const precision = range === mediaType ? 3 : range === `${kind}/*` ? 2 : range === '*/*' ? 1 : 0
    // Of the ranges that fit, the most precise one counts.
    if (precision > best.precision) best = { precision, wanted }
  }
  return best.wanted
}

/** Whether a client asks for a media type by its name, and not only does not mind it. */
function asksFor(header: string | undefined, mediaType: string): boolean {
  return header !== undefined && rangesOf(header).some(({ range, wanted }) => range === mediaType && wanted)
}

/** The type of the stream that an answer comes as; undefined where it comes whole. */
export function streamTypeFor(header: string | undefined, isStreamed: boolean): string | undefined {
  if (header !== undefined && header !== '*/*' && header !== mediaTypes.json) {
    if (asksFor(header, mediaTypes.lines)) return mediaTypes.lines
    if (asksFor(header, mediaTypes.events)) return mediaTypes.events
  }
  return isStreamed ? mediaTypes.lines : undefined
}

function rangesOf(header: string): { range: string; wanted: boolean }[] {
  return header.split(',').map((part) => {
    const [range = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase())
    const quality = parameters.find((parameter) => parameter.startsWith('q='))
    return { range, wanted: quality === undefined || Number(quality.slice(2)) > 0 }
  })
}
