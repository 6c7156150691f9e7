import {
  inputRequired,
  type InputRequiredResult,
  inputResponse,
  type Server,
  type ServerContext,
} from '@modelcontextprotocol/server'
import { type AnyFailure, type CallOptions, failed, type JsonSchema, type Outcome, success } from '@heddle/core'
import type { KnownCaller } from '../../http/call-endpoint.ts'
import type { Catalog } from '../catalog.ts'
import { surfaceName } from '../mcp-call.ts'
import { propertiesOf } from '../resources/resource-plan.ts'
import type { ToolEntry } from '../tool.ts'
import { canAsk, formOf } from './form.ts'

/** What waits for somebody's approval, as `heddle.ListApprovals` tells it. */
interface Approval {
  readonly run: string
  readonly approval: string
  readonly key: string
  readonly summary?: string
  /** The command that answers it. */
  readonly command: string
  /** The JSON Schema of the answer. */
  readonly form: JsonSchema
}

/** How the question for an approval begins; its journal key follows. */
const question = 'approval '

/**
 * Waits for a run as long as nobody has to approve anything. Where its caller may, the question is asked of whoever sits
 * before the client, and what they fill in is given as the caller's answer.
 *
 * @returns the question; or undefined, when the run has ended or there is nobody to ask
 */
export async function askForApproval(
  server: Server,
  { catalog, entry, caller, ctx }: { catalog: Catalog; entry: ToolEntry; caller: KnownCaller; ctx: ServerContext },
  input: unknown,
  said: CallOptions,
): Promise<Outcome<InputRequiredResult | undefined, AnyFailure>> {
  const watch = catalog.watchOf(entry.section.name)
  const run = (input as { run?: unknown } | undefined)?.run
  if (!watch || typeof run !== 'string' || !caller.as) return success(undefined)
  const { app } = catalog
  const options: CallOptions = {
    as: caller.as,
    tenant: said.tenant ?? caller.tenant,
    credentials: caller.credentials,
    from: 'json',
    surface: surfaceName,
    deadline: said.deadline,
  }

  const answers = Object.keys(ctx.mcpReq.inputResponses ?? {}).filter((key) => key.startsWith(question))
  for (const name of answers) {
    const given = inputResponse(ctx.mcpReq.inputResponses, name)
    // Who does not want to answer waits for somebody else to.
    if (given.kind !== 'elicit' || given.action !== 'accept') return success(undefined)
    const key = name.slice(question.length)
    const open = (await openApprovals()).find((each) => each.key === key)
    if (!open) continue
    const answered = await app.callByName(open.command, { run, key, answer: given.content ?? {} }, options)
    if (!answered.ok) return failed(answered.errors)
  }
  if (answers.length === 0 && !canAsk(server, ctx)) return success(undefined)

  let found: Approval | undefined
  const seen = new AbortController()
  await app.callByName(
    watch,
    { run },
    {
      ...options,
      signal: AbortSignal.any([ctx.mcpReq.signal, seen.signal]),
      onItem: (async (status: { readonly state?: unknown }) => {
        if (status.state !== 'waiting' || found) return
        found = (await openApprovals()).find(({ key }) => !answers.includes(question + key))
        if (found) seen.abort()
      }) as CallOptions['onItem'],
    },
  )
  return success(found && askFor(found))

  async function openApprovals(): Promise<Approval[]> {
    const listed = await app.callByName(
      'heddle.ListApprovals',
      { limit: 1000 },
      { ...options, signal: ctx.mcpReq.signal },
    )
    if (!listed.ok) return []
    const { approvals } = listed.value as { approvals: Approval[] }
    return approvals.filter((each) => each.run === run && formFor(each) !== undefined)
  }
}

const formFor = ({ form }: Approval) => formOf(form, Object.keys(propertiesOf(form)))

function askFor(approval: Approval): InputRequiredResult {
  const message = approval.summary ?? `Approve ${approval.approval}`
  const requestedSchema = formFor(approval)!
  return inputRequired({
    inputRequests: { [question + approval.key]: inputRequired.elicit({ mode: 'form', message, requestedSchema }) },
  })
}
