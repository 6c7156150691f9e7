import type { JsonSchema } from '@heddle/core'
import type { Address } from './addresses.ts'
import { requestBody } from './bodies.ts'
import type { Components } from './components.ts'
import type { Operation } from './document.ts'
import { inputName, pathParameters, queryParameters } from './parameters.ts'
import { responses } from './responses.ts'

const bodyMethods: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH'])

/** Headers that any call may have. */
export const headerParameters = {
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    description: 'One key is one call: sent again, it gives the same answer and is not run twice.',
    schema: { type: 'string', minLength: 1, maxLength: 255 },
  },
  RequestTimeout: {
    name: 'Request-Timeout',
    in: 'header',
    description: 'Seconds until the deadline; then 504.',
    schema: { type: 'number', minimum: 0, maximum: 86_400 },
  },
} as const

const header = (name: keyof typeof headerParameters) => ({ $ref: `#/components/parameters/${name}` })

/** What OpenAPI says of a command at one of its addresses. */
export function operationOf(address: Address, schemes: readonly string[], components: Components): Operation {
  const { command, method, operationId } = address
  const { name, domain, kind, summary, description, access, idempotent, destructive } = command
  const hasBody = bodyMethods.has(method)
  const input = components.put(inputName(name), command.input as JsonSchema, 'sent')
  return {
    operationId,
    tags: [domain],
    ...(summary !== undefined && { summary }),
    ...(description !== undefined && { description }),
    security: access === 'public' ? [] : schemes.map((scheme) => ({ [scheme]: [] })),
    parameters: [
      ...pathParameters(address, components),
      ...(hasBody ? [] : queryParameters(address, components)),
      ...(kind === 'query' ? [] : [header('IdempotencyKey')]),
      header('RequestTimeout'),
    ],
    ...(hasBody && { requestBody: requestBody(address, input, components) }),
    responses: responses(address, hasBody, components),
    'x-command': name,
    'x-access': access,
    ...(idempotent && { 'x-idempotent': true }),
    ...(destructive && { 'x-destructive': true }),
  }
}
