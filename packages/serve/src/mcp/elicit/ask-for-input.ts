import {
  acceptedContent,
  inputRequired,
  type InputRequiredResult,
  type Server,
  type ServerContext,
} from '@modelcontextprotocol/server'
import type { JsonSchema } from '@heddle/core'
import type { ToolEntry } from '../tool.ts'
import { canAsk, missingForm } from './form.ts'

type Given = Readonly<Record<string, unknown>>

/** The name of the question in the request that is sent again with its answer. */
const question = 'input'

/**
 * The arguments of a call, with what somebody filled in where fields were missing; or the question for them. Who does not
 * answer lets the call go on as it is, and it says what is wrong.
 */
export function askForInput(
  server: Server,
  { tool, section }: ToolEntry,
  given: Given,
  ctx: ServerContext,
): Given | InputRequiredResult {
  const form = missingForm(tool.inputSchema as JsonSchema, given)
  if (!form) return given
  const { inputResponses } = ctx.mcpReq
  if (inputResponses !== undefined) {
    const filled = acceptedContent(inputResponses, question) ?? {}
    const asked = Object.keys(form.properties).filter((name) => Object.hasOwn(filled, name))
    return { ...given, ...Object.fromEntries(asked.map((name) => [name, filled[name]])) }
  }
  if (!canAsk(server, ctx)) return given
  const message = `${tool.title}: ${section.summary ?? section.name}. It needs ${form.required!.join(', ')}.`
  return inputRequired({
    inputRequests: { [question]: inputRequired.elicit({ mode: 'form', message, requestedSchema: form }) },
  })
}
