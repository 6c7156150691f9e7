import { createHash } from 'node:crypto'
import { Html, html } from '../http/page/html.ts'
import { type Place, up } from './links.ts'
import { rank } from './rank.ts'
import { searchPage } from './search-page.ts'
import { style } from './style.ts'

/** A page before its frame is put around it. */
export interface Page {
  readonly title: string
  readonly place: Place
  readonly body: Html
}

/** What all pages of a site have in common. */
export interface Frame {
  readonly app: string
  /** The pages that every page leads to: what they are called, and their paths. */
  readonly ways: readonly (readonly [label: string, path: string])[]
  /** Names what the site was made of. */
  readonly hash: string
}

// The functions use nothing outside of themselves, so their own text is the script: typed, checked and formatted.
const script = `(${searchPage.toString()})(${rank.toString()})`

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/**
 * Nothing from elsewhere, no frames, no forms, and of styles and scripts only the two that are here: each page holds them
 * itself, so that it also works as a file, where pages have no origin to load from.
 */
const policy = [
  "default-src 'none'",
  `script-src ${hashOf(script)}`,
  `style-src ${hashOf(style)}`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

// Whole elements: what a browser hashes is all that stands between the tags.
const styleElement = new Html(`<style>${style}</style>`)
const scriptElement = new Html(`<script>${script}</script>`)

/** The whole text of a page. */
export function framed({ title, place, body }: Page, { app, ways, hash }: Frame): string {
  const root = up(place)
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="${new Html(policy)}" />
        <meta name="color-scheme" content="light dark" />
        <meta name="generator" content="heddle docs" />
        <meta name="referrer" content="no-referrer" />
        <title>${title === app ? app : `${title} · ${app}`}</title>
        <link rel="icon" href="data:," />
        ${styleElement}
      </head>
      <body>
        <a class="skip" href="#main">To the text</a>
        <header class="top">
          <div>
            <a class="app" href="${root}index.html">${app}</a>
            <nav aria-label="Site">${ways.map(([label, path]) => html`<a href="${root}${path}">${label}</a>`)}</nav>
            <div class="search">
              <input
                id="search"
                type="search"
                autocomplete="off"
                spellcheck="false"
                hidden
                aria-label="Search names, summaries, fields and errors"
                placeholder="Search names, fields, errors  ( / )"
                data-home="${root}index.html"
                role="combobox"
                aria-autocomplete="list"
                aria-controls="results"
                aria-expanded="false"
              />
            </div>
          </div>
        </header>
        <main id="main">${body}</main>
        <footer>Made by <code>heddle docs</code> from the manifest <code>${hash}</code>.</footer>
        ${scriptElement}
      </body>
    </html> `.text
}
