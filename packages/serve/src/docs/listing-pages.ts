import { type Json, parseErrorKey } from '@heddle/core'
import { type Html, html } from '../http/page/html.ts'
import { abilities, type Ability } from '../surfaces/facts.ts'
import { surfaces } from '../surfaces/surfaces.ts'
import { toldError, type ToldError } from './error-text.ts'
import { linked } from './links.ts'
import { factTable, json, names, part, table } from './pieces.ts'
import type { Reference } from './reference.ts'

/** The body of the page of errors: each code with what it means, who declares it and how many commands can end with it. */
export function errorsPage(reference: Reference): Html {
  const { commands, commandsByName, links } = reference
  const codes = new Map<
    string,
    { readonly told: ToldError; readonly declaredBy: Set<string>; readonly in: Set<string> }
  >()
  for (const command of commands) {
    for (const key of command.possibleErrors) {
      const code = parseErrorKey(key)?.code
      const told = toldError(key, command, commandsByName)
      if (code === undefined || !told) continue
      const known = codes.get(code) ?? { told, declaredBy: new Set(), in: new Set() }
      codes.set(code, known)
      known.in.add(command.name)
      if (told.declaredBy !== undefined) known.declaredBy.add(told.declaredBy)
    }
  }
  const sorted = [...codes].toSorted(([a], [b]) => (a < b ? -1 : 1))
  const cards = ([code, { told, declaredBy, in: ending }]: (typeof sorted)[number]) =>
    html`<article class="error" id="${code}">
      <h3>
        <a href="#${code}"><code>${told.category}:${code}</code></a>
      </h3>
      ${declaredBy.size <= 1 && html`<p>${told.message}${told.help !== undefined && html` ${told.help}`}</p>`}
      <p class="quiet">
        ${told.retry} ${ending.size} ${ending.size === 1 ? 'command' : 'commands'} can end with it:
        <a href="index.html#search=${encodeURIComponent(code)}">which</a>
      </p>
      ${
        declaredBy.size > 0 &&
        html`<p>
          Declared by
          ${names([...declaredBy].toSorted().map((name) => linked(links, 'commands', name, 'root', `${told.category}:${code}`)))}
        </p>`
      }
    </article>`
  return html`<h1>Errors</h1>
    <p class="lead">
      What commands of ${reference.app} can end with, by code. Their keys are the same on every surface.
    </p>
    ${part('declared', 'Declared by commands', ...sorted.filter(([, { declaredBy }]) => declaredBy.size > 0).map(cards))}
    ${part('always', 'Errors of Heddle', ...sorted.filter(([, { declaredBy }]) => declaredBy.size === 0).map(cards))}`
}

/** The body of the page of surfaces: what is served where, and what each way in can do. */
export function surfacesPage({ surfaces: sections, isPublic, links }: Reference): Html {
  const served = Object.entries(sections).map(([name, { surface, commands, routes, security, mounts, rateLimits }]) => {
    const listed = Object.entries(routes)
    const rows: [string, Html][] = [
      ['kind', html`<code>${surface}</code>`],
      ['serves', html`${commands === 'all' ? 'each command at its own address' : 'only what is listed'}`],
      ...Object.entries(mounts ?? {}).map(([mount, facts]): [string, Html] => [
        mount,
        html`<code>${typeof facts.path === 'string' ? facts.path : JSON.stringify(facts)}</code>`,
      ]),
      ...(rateLimits ?? []).map((limit): [string, Html] => ['limit', html`<code>${JSON.stringify(limit)}</code>`]),
    ]
    return part(
      `surface.${name}`,
      `Surface ${name}`,
      factTable(rows),
      listed.length > 0 &&
        table(
          ['address', 'command'],
          listed.map(
            ([route, command]) =>
              html`<tr>
                <td><code>${route}</code></td>
                <td>${linked(links, 'commands', command, 'root')}</td>
              </tr>`,
          ),
        ),
      security &&
        html`<p class="quiet">How callers tell who they are, as OpenAPI writes it:</p>
          ${json(security as unknown as Json)}`,
    )
  })
  const ways = surfaces.filter(({ name }) => !isPublic || !['function', 'cli', 'local'].includes(name))
  return html`<h1>Surfaces</h1>
    <p class="lead">The ways into the app. A call is the same whichever way it comes in.</p>
    ${served}
    ${part(
      'abilities',
      'What each way in can do',
      table(
        ['surface', 'can'],
        ways.map(
          ({ title, can }) =>
            html`<tr>
              <td>${title}</td>
              <td>${(Object.keys(abilities) as Ability[]).filter((each) => can[each]).join(', ')}</td>
            </tr>`,
        ),
      ),
    )}`
}

/** The body of the page of requirements: each id with what meets it. */
export function requirementsPage({ commands, events, links }: Reference): Html {
  const met = new Map<string, Html[]>()
  for (const [folder, all] of [
    ['commands', commands],
    ['events', events],
  ] as const) {
    for (const { name, requirements = [] } of all) {
      for (const id of requirements) met.set(id, [...(met.get(id) ?? []), linked(links, folder, name, 'root')])
    }
  }
  const byNumber = new Intl.Collator('en', { numeric: true }).compare
  const rows = [...met].toSorted(([a], [b]) => byNumber(a, b))
  return html`<h1>Requirements</h1>
    <p class="lead">What the app is asked to do, and what does it.</p>
    ${table(
      ['requirement', 'met by'],
      rows.map(
        ([id, all]) =>
          html`<tr id="${id}">
            <td>${id}</td>
            <td>${names(all)}</td>
          </tr>`,
      ),
    )}`
}
