import { hash } from 'node:crypto'

/** The strong entity tag of a body (RFC 9110, 8.8.3): its SHA-256, so equal bytes have equal tags in every process. */
export const entityTag = (body: string): string => `"${hash('sha256', body, 'base64url').slice(0, 27)}"`

/** The tag of the same body in a content coding, which has other bytes and so needs another one. */
export const encodedTag = (etag: string, coding: string): string => `${etag.slice(0, -1)}-${coding}"`

/**
 * Whether `If-None-Match` names the tag, in any content coding: whoever has one of them has the body. Compared weakly, as
 * RFC 9110, 13.1.2 asks, because proxies weaken tags when they compress.
 */
export function namesTag(header: string, etag: string): boolean {
  if (header.trim() === '*') return true
  const own = etag.slice(1, -1)
  return [...header.matchAll(/"([^"]*)"/g)].some(([, tag]) => tag!.replace(/-(?:gzip|br|zstd)$/, '') === own)
}
