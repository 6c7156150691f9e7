import { Html, html } from '../http/page/html.ts'
import { linked, type Folder } from './links.ts'
import { part } from './pieces.ts'
import type { Entry } from './rank.ts'
import type { Reference } from './reference.ts'

/** The body of the first page: everything by domain, and the index that is searched. */
export function overviewPage(
  { app, commands, events, entities, workflows, others, links }: Reference,
  index: readonly Entry[],
): Html {
  const count = (all: readonly unknown[], one: string, many: string) =>
    all.length > 0 && `${all.length} ${all.length === 1 ? one : many}`
  const counts = [
    count(commands, 'command', 'commands'),
    count(events, 'event', 'events'),
    count(entities, 'entity', 'entities'),
    count(workflows, 'workflow', 'workflows'),
  ].filter((text) => text !== false)
  const list = (
    folder: Folder,
    all: readonly { readonly name: string; readonly summary?: string; readonly marks?: readonly string[] }[],
  ) =>
    html`<ul class="list">
      ${all.map(
        ({ name, summary, marks = [] }) =>
          html`<li>
            <span>${linked(links, folder, name, 'root')}</span
            ><span>${summary ?? ''}${marks.map((mark) => html` <span class="badge ${mark}">${mark}</span>`)}</span>
          </li>`,
      )}
    </ul>`
  const shown = commands.map(({ name, domain, summary, kind, deprecated, destructive }) => ({
    name,
    domain,
    summary,
    marks: [kind, ...(destructive ? ['destructive'] : []), ...(deprecated ? ['deprecated'] : [])],
  }))
  const domains = [...Map.groupBy(shown, ({ domain }) => domain)].toSorted(([a], [b]) => order(a) - order(b))
  const summaries = new Map(commands.map(({ name, summary }) => [name, summary]))
  return html`<h1>${app}</h1>
    <p class="lead">${counts.length === 0 ? 'Nothing that can be called.' : counts.join(', ')}</p>
    <p id="count" class="quiet" role="status"></p>
    <ul id="results" class="results" role="listbox" aria-label="What was found" hidden></ul>
    <div id="overview">
      ${domains.map(([domain, all]) => part(`domain.${domain}`, domain, list('commands', all)))}
      ${
        workflows.length > 0 &&
        part(
          'workflows',
          'Workflows',
          list(
            'workflows',
            workflows.map(({ name }) => ({ name, summary: summaries.get(name) })),
          ),
        )
      }
      ${events.length > 0 && part('events', 'Events', list('events', events))}
      ${
        entities.length > 0 &&
        part(
          'entities',
          'Entities',
          list(
            'entities',
            entities.map(([name, { summary }]) => ({ name, summary })),
          ),
        )
      }
      ${
        others.length > 0 &&
        part(
          'others',
          'What else it consists of',
          html`<ul>
            ${others.map(([kind, names]) => html`<li>${kind}: ${names.join(', ')}</li>`)}
          </ul>`,
        )
      }
    </div>
    ${new Html(`<script type="application/json" id="index">${JSON.stringify(index).replaceAll('<', String.raw`\u003c`)}</script>`)}
    <noscript><p>The search needs JavaScript; everything else does not.</p></noscript>`
}

/** Heddle's own commands come last. */
const order = (domain: string) => (domain === 'heddle' ? 1 : 0)
