import type { Json, JsonSchema } from '@heddle/core'
import type { Client, ElicitResult } from '@modelcontextprotocol/client'
import type { McpToolsOptions } from './options.ts'

/** Lets the app answer what a server asks in the middle of a call. A page that somebody would have to open is declined. */
export function answerQuestions(client: Client, answer: NonNullable<McpToolsOptions['answer']>): void {
  client.setRequestHandler('elicitation/create', async ({ params }): Promise<ElicitResult> => {
    if (!('requestedSchema' in params)) return { action: 'decline' }
    const schema = params.requestedSchema as unknown as Json as JsonSchema
    const given = await answer({ message: params.message, schema })
    if (given === undefined) return { action: 'decline' }
    return { action: 'accept', content: structuredClone(given) as ElicitResult['content'] }
  })
}
