import type { Json, JsonSchema } from '@heddle/core'
import { type TypeRow, typeRows } from '../cli/type-rows.ts'
import { type Html, html } from '../http/page/html.ts'
import { blankSecrets } from '../manifest/blank-secrets.ts'
import { linked, type Links } from './links.ts'

/** Something under a heading of its own, which an address leads to. */
export const part = (id: string, heading: string, ...body: readonly (Html | undefined | false)[]): Html =>
  html`<section aria-labelledby="${id}">
    <h2 id="${id}">${heading}</h2>
    ${body}
  </section>`

/** A table that scrolls by itself where it is too wide. */
export const table = (headings: readonly string[], rows: readonly Html[]): Html =>
  html`<div class="table" tabindex="0" role="region" aria-label="${headings.join(', ')}">
    <table>
      <thead>
        <tr>
          ${headings.map((heading) => html`<th scope="col">${heading}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`

/** Facts with what they are called. */
export const factTable = (rows: readonly (readonly [label: string, value: Html])[]): Html =>
  html`<div class="table">
    <table class="facts">
      <tbody>
        ${rows.map(
          ([label, value]) =>
            html`<tr>
              <th scope="row" class="label">${label}</th>
              <td>${value}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`

/** The key of an error, which may be broken into lines where its parts meet. */
export const keyText = (key: string): Html =>
  html`<code>${key.split(/(?<=[>/])/).map((piece, at) => html`${at > 0 && html`<wbr />`}${piece}`)}</code>`

/**
 * A type as people read it: a row for each field, with an address. What schemas of secrets tell of their values is left out.
 *
 * @param side what the addresses begin with, e.g. `input`
 */
export function typeTable(schema: JsonSchema, side: string, links: Links): Html {
  const rows = typeRows(blankSecrets(schema))
  const [only] = rows
  if (only && rows.length === 1 && only.name === '')
    return html`<p>
      ${only.type === 'null' ? 'Nothing.' : html`<code class="type">${only.type}</code>`} ${only.summary}
    </p>`
  if (rows.length === 0) return html`<p>No fields.</p>`
  const tells = rows.some(({ summary, isSensitive, entity }) => summary !== '' || isSensitive || entity !== undefined)
  return table(
    ['field', 'type', ...(tells ? ['what it is'] : [])],
    rows.map(
      (row) =>
        html`<tr id="${side}.${row.path}">
          <td class="name d${Math.min(row.depth, 4)}">
            <code>${row.name}</code>${!row.required && html` <span class="quiet">optional</span>`}
          </td>
          <td><code class="type">${row.type}</code></td>
          ${tells && html`<td>${meaning(row, links)}</td>`}
        </tr>`,
    ),
  )
}

const meaning = ({ summary, isSensitive, entity }: TypeRow, links: Links): Html =>
  html`${summary}${isSensitive && html` <span class="badge warning">sensitive</span>`}${
    entity !== undefined && html` <span class="quiet">of</span> ${linked(links, 'entities', entity)}`
  }`

/** A value as it is written. */
export const json = (value: Json): Html => html`<pre tabindex="0">${JSON.stringify(value, undefined, 2)}</pre>`

/** Facts in a row. */
export const badges = (all: readonly (readonly [text: string, kind?: string])[]): Html =>
  html`<ul class="badges">
    ${all.map(([text, kind = '']) => html`<li class="badge ${kind}">${text}</li>`)}
  </ul>`

/** Who may do it, in words. */
export const accessText = (access: string | undefined): string =>
  access === undefined || access === 'closed'
    ? 'closed to callers from outside'
    : access === 'rule'
      ? 'access decided by a rule'
      : access === 'public'
        ? 'public'
        : `needs ${access}`

/** Names one after another, with the pages that they lead to. */
export const names = (all: readonly Html[]): Html => html`${all.map((one, at) => html`${at > 0 && ', '}${one}`)}`

/** Names as a paragraph. */
export const namesLine = (all: readonly Html[]): Html => html`<p>${names(all)}</p>`
