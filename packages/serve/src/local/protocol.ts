import { type Principal, systemFailure, type AnyFailure } from '@heddle/core'
import { z } from 'zod'
import { localOperator } from '../cli/call-command.ts'
import type { Caller } from '../http/call-endpoint.ts'
import type { HttpRequest } from '../http/exchange.ts'

/** Headers of our own on the local socket: who the call is made as, for which tenant, and how its input is to be read. */
export const localHeaders = { as: 'heddle-as', tenant: 'heddle-tenant', from: 'heddle-from' } as const

const callerType = z.strictObject({
  id: z.string().min(1),
  tenant: z.string().min(1).optional(),
  tenants: z.array(z.string().min(1)).optional(),
  permissions: z.array(z.string()),
  kind: z.enum(['person', 'service', 'agent']).optional(),
  key: z.string().optional(),
})

/** A principal as a header value; `null` is a stranger. */
export const formatCaller = (as: Principal | null): string => encodeURIComponent(JSON.stringify(as))

/** Who a local request is made as: the operator, unless a header says otherwise. */
export function localCaller(request: HttpRequest): Caller {
  const from = request.header(localHeaders.from) === 'text' ? 'text' : undefined
  const tenant = decode(request.header(localHeaders.tenant))
  const header = request.header(localHeaders.as)
  if (header === undefined) return { as: localOperator, tenant, from, isOperator: true }
  const as = parseCaller(header)
  return as === undefined ? malformed() : { as, tenant, from, isOperator: true }
}

function parseCaller(header: string): Principal | null | undefined {
  try {
    return callerType.nullable().parse(JSON.parse(decodeURIComponent(header)))
  } catch {
    return undefined
  }
}

const malformed = (): AnyFailure =>
  systemFailure('MalformedInput', { format: `${localHeaders.as} header`, reason: 'it is no principal' })

function decode(header: string | undefined): string | undefined {
  try {
    return header === undefined ? undefined : decodeURIComponent(header)
  } catch {
    return header
  }
}
