import type { EventSection, Json, JsonSchema } from '@heddle/core'
import { type Html, html } from '../http/page/html.ts'
import { linked } from './links.ts'
import { accessText, badges, namesLine, part, table, typeTable } from './pieces.ts'
import type { EntityFacts, Reference, WorkflowFacts } from './reference.ts'
import { waysOf } from './ways-of.ts'

/** The body of an event's page: what it brings, who gets it, which commands emit it. */
export function eventPage(event: EventSection, { commands, links }: Reference): Html {
  const { name, summary, version, keyed, access, data, requirements = [] } = event
  const emitters = commands.filter(({ emits = [] }) => emits.includes(name))
  return html`<h1>${name}</h1>
    ${summary && html`<p class="lead">${summary}</p>`}
    ${badges([['event'], [`version ${version}`], [accessText(access)], ...(keyed ? [['in order by its key'] as const] : [])])}
    ${part('data', 'What it brings', typeTable(data, 'data', links))}
    ${emitters.length > 0 && part('emitted', 'Emitted by', namesLine(emitters.map((each) => linked(links, 'commands', each.name))))}
    ${requirements.length > 0 && part('requirements', 'Meets', requirementLinks(requirements))}`
}

const requirementLinks = (ids: readonly string[]) =>
  namesLine(ids.map((id) => html`<a href="../requirements.html#${encodeURIComponent(id)}">${id}</a>`))

/** The body of an entity's page: its fields, what is unique, what it refers to, which commands use it. */
export function entityPage(name: string, entity: EntityFacts, { commands, links }: Reference): Html {
  const { summary, key, fields, indexes, references = {}, checks = [] } = entity
  const users = commands.filter(({ uses }) => uses.includes(name))
  const schema = {
    type: 'object',
    properties: Object.fromEntries(Object.entries(fields).map(([field, facts]) => [field, storedType(facts)])),
    required: Object.keys(fields).filter((field) => !fields[field]!.optional),
  }
  const refers = Object.entries(references)
  return html`<h1>${name}</h1>
    ${summary && html`<p class="lead">${summary}</p>`} ${badges([['entity'], [`key ${key}`]])}
    ${part('fields', 'Fields', typeTable(schema, 'fields', links))}
    ${
      indexes.length > 0 &&
      part(
        'indexes',
        'Indexes',
        table(
          ['fields', 'kind'],
          indexes.map(
            (index) =>
              html`<tr>
                <td><code>${index.fields.join(', ')}</code></td>
                <td>${index.unique ? 'unique' : 'to find by'}</td>
              </tr>`,
          ),
        ),
      )
    }
    ${
      refers.length > 0 &&
      part(
        'references',
        'Refers to',
        table(
          ['field', 'entity', 'when that one is deleted'],
          refers.map(
            ([field, { entity: other, onDelete }]) =>
              html`<tr>
                <td><code>${field}</code></td>
                <td>${linked(links, 'entities', other)}</td>
                <td>${onDelete}</td>
              </tr>`,
          ),
        ),
      )
    }
    ${checks.length > 0 && part('checks', 'Checks', namesLine(checks.map((check) => html`<code>${check}</code>`)))}
    ${users.length > 0 && part('used', 'Used by', namesLine(users.map((each) => linked(links, 'commands', each.name))))}`
}

/** A time has no JSON Schema of its own: its column tells what it is. */
function storedType({ kind, schema }: EntityFacts['fields'][string]): JsonSchema {
  if (kind !== 'time') return schema
  const { anyOf: _, ...rest } = schema
  return { ...rest, type: 'string', format: 'date-time' }
}

/** The body of a workflow's page: how it is begun, spoken with and followed, and what it consists of. */
export function workflowPage(workflow: WorkflowFacts, reference: Reference): Html {
  const { name, version, queue, input, output, steps, children, signals, versions, machine } = workflow
  const { commandsByName, links } = reference
  const summary = commandsByName.get(name)?.summary
  const ways = waysOf(name, reference)
  const command = (each: string) => linked(links, 'commands', each)
  return html`<h1>${name}</h1>
    ${summary && html`<p class="lead">${summary}</p>`}
    ${badges([['workflow'], [`version ${version}`], [`queue ${queue}`], ...versions.map((older) => [`also ${older}`] as const)])}
    ${
      ways.length > 0 &&
      part(
        'ways',
        'Ways to it',
        table(
          ['command', 'what it does'],
          ways.map(
            (way) =>
              html`<tr>
                <td>${command(way.name)}</td>
                <td>${way.summary}</td>
              </tr>`,
          ),
        ),
      )
    }
    ${part('input', 'Input', typeTable(input, 'input', links))}
    ${part('output', 'Output', typeTable(output, 'output', links))}
    ${Object.entries(signals).map(([signal, type]) => part(`signal.${signal}`, `Signal ${signal}`, typeTable(type, `signal.${signal}`, links)))}
    ${machine && statesPart(machine.states)}
    ${steps.length > 0 && part('steps', 'Steps', namesLine(steps.map(command)))}
    ${children.length > 0 && part('children', 'Children', namesLine(children.map((child) => linked(links, 'workflows', child))))}`
}

/** One state of a machine, as the manifest holds it. */
interface StateFacts {
  readonly summary?: string
  readonly final?: boolean
  readonly on?: Readonly<Record<string, string>>
  readonly after?: { readonly time: string | number; readonly to: string }
}

const statesPart = (states: Readonly<Record<string, Json>>) =>
  part(
    'states',
    'States',
    table(
      ['state', 'leads to'],
      Object.entries(states).map(([name, state]) => {
        const { summary, final, on = {}, after } = state as unknown as StateFacts
        const ways = Object.entries(on).map(([event, to]) => html`<code>${event}</code> → ${to}`)
        if (after) ways.push(html`after ${after.time} → ${after.to}`)
        return html`<tr id="state.${name}">
          <td><code>${name}</code> ${summary}</td>
          <td>${final ? 'the end' : ways.map((way, at) => html`${at > 0 && html`<br />`}${way}`)}</td>
        </tr>`
      }),
    ),
  )
