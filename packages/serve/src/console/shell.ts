import { html } from '../http/page/html.ts'
import { mainModule } from './modules.ts'

/** The page before its script fills it. It tells nothing of the app: whoever may not see that sees this alone. */
export function shell(below: string, modules: readonly string[]): string {
  const isMissing = modules.length === 0
  const main = `${below}src/${mainModule}`
  // Otherwise the browser would find them one after another, by their imports.
  const needed = modules.map((path) => html`<link rel="modulepreload" href="${below}src/${path}" />`)
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>Heddle console</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="${below}style.css" />
        ${needed} ${!isMissing && html`<script type="module" src="${main}"></script>`}
      </head>
      <body class="console">
        <noscript><p>The console needs JavaScript.</p></noscript>
        ${isMissing && html`<p>The console lies in the package @heddle/serve, which is not installed beside this app.</p>`}
      </body>
    </html> `.text
}
