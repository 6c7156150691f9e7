import type { OpenApp } from '@heddle/core'
import { mediaTypes } from '../accept.ts'
import { cachedText } from '../cached-text.ts'
import type { PlainEndpoint } from '../endpoint.ts'
import { flagWords } from './flag-words.ts'
import { formReader } from './form-reader.ts'
import { renderPage } from './page.ts'
import { style } from './style.ts'
import { tryCommands } from './try-commands.ts'

/** Nothing from elsewhere, nothing inline, no frames, no forms that go anywhere. */
export const pagePolicy = [
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
export function pageEndpoints(app: OpenApp, hasDocument: boolean): Record<string, PlainEndpoint> {
  return {
    '/': asset(mediaTypes.html, () => renderPage(app, hasDocument)),
    '/_heddle/page.css': asset('text/css', () => style),
    // The functions use nothing outside of themselves, so their own text is the script: typed, checked and formatted.
    '/_heddle/try.js': asset(
      'text/javascript',
      () => `(${tryCommands.toString()})(${flagWords.toString()}, (${formReader.toString()})())\n`,
    ),
  }
}

function asset(mediaType: string, make: () => string): PlainEndpoint {
  const headers = { 'content-security-policy': pagePolicy, 'referrer-policy': 'no-referrer' }
  return cachedText(mediaType, `${mediaType}; charset=utf-8`, make, headers)
}
