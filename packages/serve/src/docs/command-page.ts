import {
  type CommandSection,
  deprecationText,
  formatErrorKey,
  type Json,
  type JsonSchema,
  parseErrorKey,
} from '@heddle/core'
import { exampleCall } from '../cli/command-help.ts'
import { callOptions } from '../cli/options.ts'
import { type Html, html } from '../http/page/html.ts'
import { doorsOf } from '../surfaces/doors-of.ts'
import { surfaces } from '../surfaces/surfaces.ts'
import { retryText, toldError } from './error-text.ts'
import { linked } from './links.ts'
import { accessText, badges, factTable, json, keyText, names, namesLine, part, table, typeTable } from './pieces.ts'
import type { Reference } from './reference.ts'

/** The body of a command's page: what it takes and gives, how it fails, how it is reached. */
export function commandPage(command: CommandSection, reference: Reference): Html {
  const { name, summary, description, deprecated, input, output, exposes } = command
  const { links, isPublic } = reference
  const link = (other: string) => linked(links, 'commands', other)
  return html`<h1>${name}</h1>
    ${summary && html`<p class="lead">${summary}</p>`} ${badges(factsOf(command))}
    ${
      deprecated &&
      html`<p class="notice">
        ${deprecationText({ ...deprecated, use: undefined })}
        ${deprecated.use !== undefined && html`Use ${link(deprecated.use)}.`}
      </p>`
    }
    ${description && html`<p class="description">${description}</p>`}
    ${part('input', 'Input', typeTable(input, 'input', links))} ${outputPart(output, reference)}
    ${declaredPart(command, reference)} ${examplePart(command, isPublic)} ${doorsPart(command, reference)}
    ${possiblePart(command, reference)} ${aroundPart(command, reference)}
    ${exposes !== undefined && part('exposes', 'Makes ready for callers', namesLine([link(exposes)]))}`
}

function factsOf({ kind, access, idempotent, destructive, version, deprecated, output }: CommandSection) {
  const facts: [string, string?][] = [[kind, kind], [accessText(access)]]
  if (version !== undefined) facts.push([`version ${version}`])
  if ('stream' in output) facts.push(['streamed'])
  facts.push([idempotent ? 'idempotent' : 'not idempotent'])
  if (destructive) facts.push(['destructive', 'warning'])
  if (deprecated) facts.push(['deprecated', 'warning'])
  return facts
}

function outputPart(output: CommandSection['output'], { links }: Reference): Html {
  if (!('stream' in output)) return part('output', 'Output', typeTable(output as JsonSchema, 'output', links))
  const { item, final } = output.stream as { item: JsonSchema; final: JsonSchema }
  return html`${part('item', 'Streams', typeTable(item, 'item', links))}${part('output', 'And then gives', typeTable(final, 'output', links))}`
}

function declaredPart({ errors, errorExamples = {} }: CommandSection, { links }: Reference): Html | undefined {
  const codes = Object.entries(errors)
  if (codes.length === 0) return undefined
  const cards = codes.map(([code, { category, severity, message, help, retry, data }]) => {
    const key = formatErrorKey({ via: [], category: category as 'domain', path: [], code })
    const example = errorExamples[code]
    return html`<article class="error" id="${key}">
      <h3>
        <a href="#${encodeURIComponent(key)}"><code>${key}</code></a>
      </h3>
      <p>${message}${help !== undefined && html` ${help}`}</p>
      <p class="quiet">${retryText(retry)} Logged as ${severity}.</p>
      ${hasFields(data) && typeTable(data, `errors.${code}`, links)}
      ${
        example !== undefined &&
        html`<p class="quiet">An input that fails so:</p>
          ${json(example)}`
      }
    </article>`
  })
  return part('errors', 'Errors that it declares', ...cards)
}

const hasFields = ({ properties }: JsonSchema) => Object.keys((properties ?? {}) as object).length > 0

function examplePart(command: CommandSection, isPublic: boolean): Html | undefined {
  const { examples } = command
  const line = !isPublic && html`<pre tabindex="0">${exampleCall(command, callOptions, 'heddle call')}</pre>`
  if (examples.length === 0 && !line) return undefined
  return part(
    'examples',
    examples.length > 1 ? 'Examples' : 'Example',
    ...examples.map((each: Json) => json(each)),
    line,
  )
}

/** Ways in that only those have who hold the app itself. */
const inside = new Set(['function', 'cli', 'local'])

function doorsPart(command: CommandSection, { surfaces: sections, isPublic }: Reference): Html | undefined {
  const doors = doorsOf(command, sections)
  const rows = surfaces.flatMap(({ name, title }) => {
    const all = doors[name] ?? []
    if (all.length === 0 || (isPublic && inside.has(name))) return []
    return [
      html`<tr>
        <td>${title}</td>
        <td>${all.map((door, at) => html`${at > 0 && html`<br />`}<code>${door}</code>`)}</td>
      </tr>`,
    ]
  })
  return rows.length === 0 ? undefined : part('addresses', 'Where it is reached', table(['surface', 'address'], rows))
}

function possiblePart(command: CommandSection, { commandsByName, links }: Reference): Html | undefined {
  const { possibleErrors, morePossibleErrors, errors } = command
  if (possibleErrors.length === 0) return undefined
  const rows = possibleErrors.map((key) => {
    const { via = [], code = '', path = [] } = parseErrorKey(key) ?? {}
    const isOwn = via.length === 0 && path.length === 0 && Object.hasOwn(errors, code)
    const told = toldError(key, command, commandsByName)
    const owner = via.at(-1)
    return html`<tr${!isOwn && html` id="${key}"`}>
      <td><a href="#${encodeURIComponent(key)}">${keyText(key)}</a></td>
      <td>${told?.message}${told?.help !== undefined && html` <span class="quiet">${told.help}</span>`}${
        owner !== undefined && html` <span class="quiet">From</span> ${linked(links, 'commands', owner)}`
      }</td>
    </tr>`
  })
  return part(
    'possible-errors',
    'All errors that can come out',
    html`<p class="quiet">
      Each by its key, which is the same on every surface. <a href="../errors.html">What the codes mean</a>
    </p>`,
    table(['key', 'what happened'], rows),
    morePossibleErrors && html`<p class="quiet">And more from further down.</p>`,
  )
}

/** What it works with. */
function aroundPart(
  { calls, uses, emits = [], policies, begins, madeFrom, requirements = [], exposes }: CommandSection,
  { links, isPublic }: Reference,
): Html | undefined {
  const rows: [string, readonly Html[]][] = [
    ['calls', calls.filter((callee) => callee !== exposes).map((callee) => linked(links, 'commands', callee))],
    ['uses', isPublic ? [] : uses.map((port) => linked(links, 'entities', port))],
    ['emits', emits.map((event) => linked(links, 'events', event))],
    ['policies', policies.map(({ name, config }) => html`<code>${name} ${JSON.stringify(config)}</code>`)],
    ['made by the template', madeFrom ? [html`<code>${madeFrom.template}</code>`] : []],
    ['meets', requirements.map((id) => html`<a href="../requirements.html#${encodeURIComponent(id)}">${id}</a>`)],
    [
      'followed by',
      begins ? [begins.status, begins.watch, begins.awaits].map((way) => linked(links, 'commands', way)) : [],
    ],
    ['calls later', begins?.calls === undefined ? [] : [linked(links, 'commands', begins.calls)]],
  ]
  const told = rows.filter(([, all]) => all.length > 0)
  if (told.length === 0) return undefined
  return part('around', 'What it works with', factTable(told.map(([label, all]) => [label, names(all)])))
}
