import type { CompleteRequest, CompleteResult, ServerContext } from '@modelcontextprotocol/server'
import type { AnyFailure, Json, JsonSchema, Outcome } from '@heddle/core'
import type { KnownCaller } from '../http/call-endpoint.ts'
import { isOpenTo } from './is-open-to.ts'
import { McpCall, surfaceName } from './mcp-call.ts'
import { propertiesOf, type RecordResource } from './resources/resource-plan.ts'
import { parseUri } from './resources/uris.ts'
import type { McpSession } from './session.ts'

/** More than that the protocol does not take. */
const mostValues = 100

/**
 * What an argument of a prompt, or a variable of a resource template, may be, as far as it is begun: the values of an enum,
 * keys of records, ids of runs, names of commands. What the caller may not see is not offered.
 */
export async function complete(
  session: McpSession,
  { params: { ref, argument } }: CompleteRequest,
  ctx: ServerContext,
): Promise<CompleteResult> {
  const asking: Asking = { ...session, caller: session.callerOf(ctx), ctx, begun: argument.value }
  const found = await (ref.type === 'ref/prompt'
    ? ofPrompt(asking, ref.name, argument.name)
    : ofTemplate(asking, ref.uri, argument.name))
  const values = [...new Set(found)].filter((value) => value.startsWith(argument.value)).sort()
  return {
    completion: {
      values: values.slice(0, mostValues),
      total: values.length,
      hasMore: values.length > mostValues,
    },
  }
}

interface Asking extends McpSession {
  readonly caller: KnownCaller
  readonly ctx: ServerContext
  /** What is typed already. */
  readonly begun: string
}

function ofPrompt(asking: Asking, name: string, argument: string): Promise<string[]> {
  const entry = asking.catalog.prompts.find(({ tool }) => tool.name === name)
  return valuesOf(asking, entry?.section.input, argument)
}

async function ofTemplate(asking: Asking, template: string, variable: string): Promise<string[]> {
  const { catalog, caller } = asking
  const { kind, steps: [name = ''] = [] } = parseUri(template.replace(/\{\?.*\}$/, '')) ?? {}
  switch (kind) {
    case 'commands':
      return catalog.served
        .filter(({ command }) => isOpenTo(command.access, caller.as))
        .map(({ section }) => section.name)
    case 'records': {
      const record = catalog.resources.records.get(name)
      return record ? keysOf(asking, record) : []
    }
    case 'runs':
      return catalog.resources.runs.has(name) ? runsOf(asking, name) : []
    case 'queries':
      return valuesOf(asking, catalog.resources.queries.get(name)?.section.input, variable)
    default:
      return []
  }
}

async function valuesOf(asking: Asking, input: JsonSchema | undefined, field: string): Promise<string[]> {
  const type = input && (propertiesOf(input)[field] as JsonSchema | undefined)
  if (!type) return []
  if (Array.isArray(type.enum)) return type.enum.map(String)
  if (type.type === 'boolean') return ['true', 'false']
  const entity = type['x-entity']
  const record = typeof entity === 'string' ? asking.catalog.resources.records.get(entity) : undefined
  return record ? keysOf(asking, record) : []
}

/** The keys of records that the caller may find. Who may not find them is offered none. */
async function keysOf({ catalog, caller, ctx, begun }: Asking, { finder, key }: RecordResource): Promise<string[]> {
  if (!finder) return []
  const fields = propertiesOf(finder.section.input)
  const isText = begun !== '' && 'where' in fields && 'orderBy' in fields
  const input = isText ? { where: { [key]: { prefix: begun } } } : {}
  const call = new McpCall(catalog, finder, caller, ctx)
  const outcome = await call.run(input)
  const answer = outcome.ok ? outcome : isText ? await call.run({}) : outcome
  if (!answer.ok) return []
  const value = JSON.parse(call.json(answer.value)) as Json
  const records = (Array.isArray(value) ? value : (value as { records?: Json }).records) as Record<string, Json>[]
  return records.flatMap((each) => (each[key] === undefined ? [] : [String(each[key])]))
}

/** The newest runs of a workflow, for those who may list them. */
async function runsOf({ catalog, caller, ctx }: Asking, workflow: string): Promise<string[]> {
  const outcome = (await catalog.app.callByName(
    'heddle.ListRuns',
    { workflow },
    { as: caller.as, tenant: caller.tenant, from: 'json', surface: surfaceName, signal: ctx.mcpReq.signal },
  )) as Outcome<{ runs: { run: string }[] }, AnyFailure>
  return outcome.ok ? outcome.value.runs.map(({ run }) => run) : []
}
