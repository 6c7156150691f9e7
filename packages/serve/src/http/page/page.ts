import { type CommandSection, deprecationText, type OpenApp } from '@heddle/core'
import { commandSections } from '../../cli/target.ts'
import { fieldsOf, type JsonSchema, resolver } from '../../cli/json-schema.ts'
import { typeText } from '../../cli/type-text.ts'
import { pathOfCommand } from '../endpoint.ts'
import { formFields } from './form.ts'
import { type Html, html } from './html.ts'

/** The page that lists an app's commands by domain, each with a form to try it. */
export function renderPage(app: OpenApp, hasDocument = true): string {
  // What is closed cannot be called from here.
  const commands = Object.values(commandSections(app.manifest)).filter(({ access }) => access !== 'closed')
  const domains = Map.groupBy(commands, ({ name }) => name.slice(0, name.lastIndexOf('.')))
  const count = `${commands.length} ${commands.length === 1 ? 'command' : 'commands'}`
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${app.name}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/_heddle/page.css" />
        <script type="module" src="/_heddle/try.js"></script>
      </head>
      <body>
        <header>
          <h1>${app.name}</h1>
          <p class="quiet">
            ${count}, each a typed call over HTTP and the command line. <a href="/health">health</a>
            <a href="/ready">ready</a>
            ${hasDocument && html`<a href="/openapi.json">OpenAPI</a>`}
          </p>
          <div class="tools">
            <div class="field">
              <label for="filter">Filter</label
              ><input id="filter" type="search" autocomplete="off" placeholder="name or summary" />
            </div>
            <div class="field">
              <label for="credentials">Authorization <span class="type">header of each try</span></label
              ><input id="credentials" type="password" autocomplete="off" placeholder="none: you are a stranger" />
            </div>
          </div>
        </header>
        <main>
          ${[...domains].map(([domain, members]) => section(domain, members))}
          <p id="nothing" class="quiet" hidden>No command fits the filter.</p>
        </main>
        <noscript><p>Trying a command needs JavaScript; the list does not.</p></noscript>
      </body>
    </html> `.text
}

function section(domain: string, commands: readonly CommandSection[]): Html {
  return html`<section aria-labelledby="domain-${domain}">
    <h2 id="domain-${domain}">${domain}</h2>
    ${commands.map(card)}
  </section> `
}

function card(command: CommandSection): Html {
  const { name, kind, summary, description, access, destructive, deprecated, output } = command
  const isStreamed = 'stream' in output
  return html`<details
    class="card"
    id="${name}"
    data-name="${name}"
    data-path="${pathOfCommand(name)}"
    data-kind="${kind}"
    ${isStreamed && html` data-streamed`}${destructive && html` data-destructive`}
  >
    <summary>
      <code class="name">${name.slice(name.lastIndexOf('.') + 1)}</code>
      <span class="summary">${summary ?? ''}</span>
      <span class="badges"
        >${badge(kind)}${isStreamed && badge('streamed')}${destructive && badge('destructive')}${deprecated && badge('deprecated')}${badge(access, 'access')}</span
      >
    </summary>
    <div class="body">
      ${description && html`<p class="description">${description}</p>`}
      ${deprecated && html`<p class="description">${deprecationText(deprecated)}</p>`}
      <form novalidate>
        ${formFields(command)}
        <div class="actions">
          <button type="submit">${kind === 'query' ? 'Ask' : 'Run'}</button
          ><button type="button" class="plain" data-stop hidden>Stop</button>
        </div>
      </form>
      ${answers(command)}
      <dl class="lines">
        <dt>curl</dt>
        <dd>
          <pre data-line="curl"></pre>
          <button type="button" class="plain" data-copy>Copy</button>
        </dd>
        <dt>CLI</dt>
        <dd>
          <pre data-line="cli"></pre>
          <button type="button" class="plain" data-copy>Copy</button>
        </dd>
      </dl>
      <div class="outcome" role="status" aria-live="polite" hidden>
        <p class="verdict"></p>
        <pre tabindex="0" aria-label="outcome of ${name}"></pre>
      </div>
    </div>
  </details> `
}

/** What comes back: the type of the value, and the errors that the command declares. */
function answers({ output, errors }: CommandSection): Html {
  const { item, final } = ('stream' in output ? output.stream : {}) as { item?: object; final?: object }
  const gives =
    item && final
      ? `${shape(item as JsonSchema)} one after another, then ${shape(final as JsonSchema)}`
      : shape(output as JsonSchema)
  return html`<p class="quiet answers">
    gives <code>${gives}</code>${Object.entries(errors).map(
      ([code, { message }]) => html`, or fails with <code title="${message}">${code}</code>`,
    )}
  </p>`
}

/** An object by its fields, anything else by its type. */
function shape(type: JsonSchema): string {
  if (type.type === 'null') return 'nothing'
  const fields = fieldsOf(type, resolver(type))
  if (fields.length === 0) return typeText(type, resolver(type))
  return `{ ${fields.map(({ name, required }) => (required ? name : `${name}?`)).join(', ')} }`
}

const badge = (text: string, kind = text) =>
  html`<span class="badge ${kind}${kind === 'access' && ` ${text}`}">${text}</span>`
