import type { ReadResourceResult, ServerContext } from '@modelcontextprotocol/server'
import { type AnyFailure, Failure, StreamedFile } from '@heddle/core'
import { readCallMeta } from '../call-meta.ts'
import { bytesOf, fileContents } from '../file-result.ts'
import { McpCall } from '../mcp-call.ts'
import { protocolError } from '../protocol-error.ts'
import type { McpSession } from '../session.ts'
import { findResource } from './find-resource.ts'

/**
 * Reads what a URI names, as the sender of the request.
 *
 * @throws {ProtocolError} with the errors of the call in its data
 */
export async function readResource(session: McpSession, uri: string, ctx: ServerContext): Promise<ReadResourceResult> {
  const { catalog } = session
  const caller = session.callerOf(ctx)
  const refuse = (errors: readonly AnyFailure[]) => protocolError(errors, caller.isOperator, uri)
  const found = findResource(catalog, uri, caller.as)
  if (!found.ok) throw refuse(found.errors)
  if (found.value.kind === 'text') {
    const { mediaType, text } = found.value
    return { contents: [{ uri, mimeType: mediaType, text: await text() }] }
  }
  const said = readCallMeta(ctx.mcpReq._meta, catalog.app.ports.clock)
  if (said instanceof Failure) throw refuse([said])
  const { entry, input } = found.value
  const call = new McpCall(catalog, entry, { ...caller, from: 'text' }, ctx)
  const outcome = await call.run(input, said)
  if (!outcome.ok) throw refuse(outcome.errors)
  const { value } = outcome
  if (!(value instanceof StreamedFile)) {
    return { contents: [{ uri, mimeType: 'application/json', text: call.json(value) }] }
  }
  const bytes = await bytesOf(value, catalog.options.maxFileBytes)
  if (bytes instanceof Failure) throw refuse([bytes])
  return { contents: [fileContents(uri, value, bytes)] }
}
