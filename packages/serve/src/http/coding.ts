/** Content codings that answers may have, the best first: how small they get for the time that they take. */
export const codings = ['zstd', 'br', 'gzip'] as const
export type Coding = (typeof codings)[number]

/**
 * The coding that a client wants most, by its `Accept-Encoding` (RFC 9110, 12.5.3); of those that it wants alike the best
 * one. Nothing where it wants none of them, or rather the bytes as they are.
 */
export function chooseCoding(header: string | undefined): Coding | undefined {
  if (header === undefined) return undefined
  const wanted = new Map<string, number>()
  for (const part of header.toLowerCase().split(',')) {
    const [name = '', ...parameters] = part.split(';').map((text) => text.trim())
    const quality = parameters.find((parameter) => parameter.startsWith('q='))
    wanted.set(name, quality === undefined ? 1 : Number(quality.slice(2)) || 0)
  }
  const others = wanted.get('*') ?? 0
  let best: { coding: Coding; quality: number } | undefined
  for (const coding of codings) {
    const quality = wanted.get(coding) ?? others
    if (quality > (best?.quality ?? 0)) best = { coding, quality }
  }
  return best && best.quality >= (wanted.get('identity') ?? 0) ? best.coding : undefined
}

/** Whether a type of content gets smaller: text does, pictures are compressed already. */
export const isCompressible = (contentType: string | undefined): boolean =>
  contentType !== undefined && /^text\/|[/+](?:json|x-ndjson|javascript|xml|yaml)\b/.test(contentType)
