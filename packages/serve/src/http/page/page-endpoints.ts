import { createHash } from 'node:crypto'
import type { OpenApp } from '@heddle/core'
import { mediaTypes, noSniffing } from '../accept.ts'
import type { PlainEndpoint } from '../endpoint.ts'
import { flagWords } from './flag-words.ts'
import { renderPage } from './page.ts'
import { style } from './style.ts'
import { tryCommands } from './try-commands.ts'

/** Nothing from elsewhere, nothing inline, no frames, no forms that go anywhere. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** The page `/` with its style and script. Each is made when it is first asked for. */
export function pageEndpoints(app: OpenApp): Record<string, PlainEndpoint> {
  return {
    '/': asset(mediaTypes.html, () => renderPage(app)),
    '/_heddle/page.css': asset('text/css', () => style),
    // The functions use nothing outside of themselves, so their own text is the script: typed, checked and formatted.
    '/_heddle/try.js': asset('text/javascript', () => `(${tryCommands.toString()})(${flagWords.toString()})\n`),
  }
}

function asset(mediaType: string, make: () => string): PlainEndpoint {
  let made: { body: string; tag: string } | undefined
  return {
    kind: 'plain',
    mediaType,
    answer(exchange) {
      if (!made) {
        const body = make()
        made = { body, tag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"` }
      }
      const headers = {
        'cache-control': 'no-cache',
        etag: made.tag,
        'content-security-policy': policy,
        'referrer-policy': 'no-referrer',
        ...noSniffing,
      }
      if (exchange.header('if-none-match') === made.tag) return { status: 304, headers, body: undefined }
      return { status: 200, headers: { ...headers, 'content-type': `${mediaType}; charset=utf-8` }, body: made.body }
    },
  }
}
