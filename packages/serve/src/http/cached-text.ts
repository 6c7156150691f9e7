import type { Maybe } from '@heddle/core'
import { noSniffing } from './accept.ts'
import { entityTag } from './entity-tag.ts'
import type { PlainEndpoint } from './endpoint.ts'

/** A text that stays the same while the app runs, made when it is first asked for. Clients keep it, and ask each time. */
export function cachedText(
  mediaType: string,
  contentType: string,
  make: () => Maybe<string>,
  more: Readonly<Record<string, string>> = {},
): PlainEndpoint {
  let made: Promise<{ body: string; etag: string }> | undefined
  const makeOnce = async () => {
    const body = await make()
    return { body, etag: entityTag(body) }
  }
  return {
    kind: 'plain',
    mediaType,
    async answer() {
      const { body, etag } = await (made ??= makeOnce())
      const headers = { 'content-type': contentType, 'cache-control': 'no-cache', etag, ...more, ...noSniffing }
      return { status: 200, headers, body }
    },
  }
}
