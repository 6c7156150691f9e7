import { type CommandSection, deprecationText, type Json, type JsonSchema } from '@heddle/core'
import { bodyMethods } from '../http/endpoint.ts'
import type { Address } from './addresses.ts'
import { requestBody } from './bodies.ts'
import type { Components } from './components.ts'
import type { Operation } from './document.ts'
import { callHeaders } from './headers.ts'
import { besideFile, inputName, pathParameters, queryParameters } from './parameters.ts'
import { responses } from './responses.ts'
import type { Serving } from './serving.ts'

/** What OpenAPI says of a command at one of its addresses. */
export function operationOf(address: Address, serving: Serving, components: Components): Operation {
  const { command, method, operationId } = address
  const { name, domain, summary, access, idempotent, destructive, deprecated } = command
  const description = [command.description, deprecated && deprecationText(deprecated)].filter(
    (text) => text !== undefined,
  )
  const hasBody = bodyMethods.has(method)
  const input = components.put(inputName(name), command.input as JsonSchema, 'sent')
  return {
    operationId,
    tags: [domain],
    ...(summary !== undefined && { summary }),
    ...(description.length > 0 && { description: description.join('\n\n') }),
    ...(deprecated && { deprecated: true }),
    security: securityOf(command, serving),
    parameters: [
      ...pathParameters(address, components),
      ...(hasBody ? besideFile(address, components) : queryParameters(address, components)),
      ...callHeaders(address, serving),
    ],
    ...(hasBody && { requestBody: requestBody(address, input, components) }),
    responses: responses(address, hasBody, serving, components),
    'x-command': name,
    'x-access': access,
    ...(idempotent && { 'x-idempotent': true }),
    ...(destructive && { 'x-destructive': true }),
    ...(deprecated?.sunset !== undefined && { 'x-sunset': deprecated.sunset }),
    ...(command.version !== undefined && { 'x-version': command.version }),
  }
}

/** A public command may be called by nobody, unless a field of its input is filled in from the caller. */
function securityOf({ access, possibleErrors }: CommandSection, { schemes }: Serving): Json[] {
  const ways = schemes.map((scheme) => ({ [scheme]: [] }))
  const isOptional = access === 'public' && !possibleErrors.includes('auth:Unauthenticated')
  return isOptional && ways.length > 0 ? [{}, ...ways] : ways
}
