import { type CommandSection, type JsonSchema, parseErrorKey } from '@heddle/core'
import { typeRows } from '../cli/type-rows.ts'
import type { Entry } from './rank.ts'
import type { Reference } from './reference.ts'

/** What the search of a site looks into: names, summaries, fields and error codes, each with where it leads to. */
export function searchIndex({ commands, events, entities, workflows, links }: Reference): Entry[] {
  return [
    ...commands.map((command) => ({
      n: command.name,
      k: command.kind,
      u: links.commands.get(command.name)!,
      s: command.summary ?? '',
      f: [...fieldsIn(command.input, 'input'), ...outputFields(command.output)],
      e: codesOf(command),
    })),
    ...events.map(({ name, summary = '', data }) => ({
      n: name,
      k: 'event',
      u: links.events.get(name)!,
      s: summary,
      f: fieldsIn(data, 'data'),
      e: [],
    })),
    ...entities.map(([name, { summary = '', fields }]) => ({
      n: name,
      k: 'entity',
      u: links.entities.get(name)!,
      s: summary,
      f: Object.keys(fields).map((field) => `fields.${field}`),
      e: [],
    })),
    ...workflows.map(({ name, input, output, signals }) => ({
      n: name,
      k: 'workflow',
      u: links.workflows.get(name)!,
      s: '',
      f: [
        ...fieldsIn(input, 'input'),
        ...fieldsIn(output, 'output'),
        ...Object.entries(signals).flatMap(([signal, type]) => fieldsIn(type, `signal.${signal}`)),
      ],
      e: [],
    })),
  ]
}

const fieldsIn = (schema: JsonSchema, side: string): string[] =>
  typeRows(schema)
    .filter(({ name }) => name !== '')
    .map(({ path }) => `${side}.${path}`)

function outputFields(output: CommandSection['output']): string[] {
  if (!('stream' in output)) return fieldsIn(output as JsonSchema, 'output')
  const { item, final } = output.stream as { item: JsonSchema; final: JsonSchema }
  return [...fieldsIn(item, 'item'), ...fieldsIn(final, 'output')]
}

/** Each code once, with the first key that has it. */
function codesOf({ possibleErrors }: CommandSection): [string, string][] {
  const keys = new Map<string, string>()
  for (const key of possibleErrors) {
    const code = parseErrorKey(key)?.code
    if (code !== undefined && !keys.has(code)) keys.set(code, key)
  }
  return [...keys]
}
