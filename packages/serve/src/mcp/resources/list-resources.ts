import type {
  ListResourcesResult,
  ListResourceTemplatesResult,
  Resource,
  ResourceTemplateType,
} from '@modelcontextprotocol/server'
import type { CommandSection, Json, JsonSchema, Principal } from '@heddle/core'
import type { KnownCaller } from '../../http/call-endpoint.ts'
import type { Catalog } from '../catalog.ts'
import { isOpenTo } from '../is-open-to.ts'
import { pageOf } from '../page-of.ts'
import type { ToolEntry } from '../tool.ts'
import { propertiesOf, requiredFields } from './resource-plan.ts'
import { uriOf } from './uris.ts'

const json = 'application/json'

/** A page of what can be read as it is: documents, what is known of the app, and queries that want nothing. */
export function listResources(catalog: Catalog, { as }: KnownCaller, cursor: string | undefined): ListResourcesResult {
  const all = [...ownResources(catalog), ...queryResources(catalog, as)].sort(byUri)
  const { entries, ...page } = pageOf(all, ({ uri }) => uri, cursor, catalog.options.pageSize)
  return { resources: entries, ...page }
}

/** A page of what can be read once its variables are filled in. */
export function listTemplates(
  catalog: Catalog,
  { as }: KnownCaller,
  cursor: string | undefined,
): ListResourceTemplatesResult {
  const keyOf = ({ uriTemplate }: ResourceTemplateType) => uriTemplate
  const all = templatesFor(catalog, as).sort((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1))
  const { entries, ...page } = pageOf(all, keyOf, cursor, catalog.options.pageSize)
  return { resourceTemplates: entries, ...page }
}

/** The templates that are shown to somebody. */
export function templatesFor(catalog: Catalog, as: Principal | null): ResourceTemplateType[] {
  const { queries, records, runs } = catalog.resources
  const open = ({ command }: ToolEntry) => isOpenTo(command.access, as)
  return [
    {
      uriTemplate: uriOf('commands', '{name}'),
      name: 'command',
      title: 'A command',
      description: 'What a command takes and gives, and what can go wrong.',
      mimeType: json,
    },
    ...[...records.values()]
      .filter(({ entry }) => open(entry))
      .map(({ entity, entry, field }) => ({
        uriTemplate: uriOf('records', entity, `{${field}}`),
        name: entity,
        title: `A record of ${entity}`,
        description: entry.section.summary,
        mimeType: json,
      })),
    ...[...runs.values()]
      .filter(({ entry }) => open(entry))
      .map(({ workflow, entry }) => ({
        uriTemplate: uriOf('runs', workflow, '{run}'),
        name: `run of ${workflow}`,
        title: `A run of ${workflow}`,
        description: entry.section.summary,
        mimeType: json,
      })),
    ...[...queries.values()]
      .filter((entry) => open(entry) && fieldsOf(entry.section).length > 0)
      .map((entry) => ({
        uriTemplate: `${uriOf('queries', entry.section.name)}{?${fieldsOf(entry.section).join(',')}}`,
        name: entry.section.name,
        title: entry.tool.title,
        description: entry.section.summary,
        mimeType: entry.isFile ? undefined : json,
      })),
  ].map(withoutNothing)
}

/** The fields of an input that stand in a query as one text each. What is nested is written with dots, `origin.code=LAX`. */
export function fieldsOf({ input }: CommandSection): string[] {
  return Object.entries(propertiesOf(input))
    .filter(([, type]) => isScalar(type))
    .map(([name]) => name)
}

function isScalar(type: Json): boolean {
  const { type: kind, enum: values, const: only } = type as JsonSchema
  const kinds = Array.isArray(kind) ? kind : [kind]
  return values !== undefined || only !== undefined || kinds.some((each) => scalars.has(each))
}

const scalars: ReadonlySet<unknown> = new Set(['string', 'number', 'integer', 'boolean'])

function ownResources({ app, options: { documents = {} } }: Catalog): Resource[] {
  const texts = Object.entries(documents).map(([name, { title, description, mediaType = 'text/markdown' }]) =>
    withoutNothing({
      uri: uriOf('documents', encodeURIComponent(name)),
      name,
      title: title ?? name,
      description,
      mimeType: mediaType,
    }),
  )
  return [
    {
      uri: uriOf('commands'),
      name: 'commands',
      title: `Commands of ${app.name}`,
      description: 'The names of all commands that you may call, with a line about each.',
      mimeType: json,
    },
    {
      uri: uriOf('manifest'),
      name: 'manifest',
      title: `Manifest of ${app.name}`,
      description: 'Commands and events with their types, as every client of the app may know them.',
      mimeType: json,
    },
    ...texts,
  ]
}

function queryResources({ resources: { queries } }: Catalog, as: Principal | null): Resource[] {
  return [...queries.values()]
    .filter(({ command, section }) => isOpenTo(command.access, as) && requiredFields(section.input).length === 0)
    .map(({ section, tool, isFile }) =>
      withoutNothing({
        uri: uriOf('queries', section.name),
        name: section.name,
        title: tool.title,
        description: section.summary,
        mimeType: isFile ? undefined : json,
      }),
    )
}

const byUri = (left: Resource, right: Resource) => (left.uri < right.uri ? -1 : 1)

/** An entry without what is not known of it. */
const withoutNothing = <Entry extends object>(
  entry: Entry,
): { [Field in keyof Entry]: Exclude<Entry[Field], undefined> } =>
  Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined)) as never
