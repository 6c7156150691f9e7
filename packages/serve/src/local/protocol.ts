import { type AnyFailure, Failure, type Ports, type Principal, systemFailure } from '@heddle/core'
import { z } from 'zod'
import { keptPrincipal } from '../access/kept-principal.ts'
import { localOperator } from '../cli/call-command.ts'
import type { Caller } from '../http/call-endpoint.ts'
import type { HttpRequest } from '../http/exchange.ts'

/**
 * Headers of our own on the local socket: who the call is made as, for which tenant, how its input is to be read, and whether
 * an agent is served the commands that operate the app.
 */
export const localHeaders = {
  as: 'heddle-as',
  tenant: 'heddle-tenant',
  from: 'heddle-from',
  operations: 'heddle-operations',
} as const

/** Where agents connect, and what their connection becomes. */
export const agentPath = '/_heddle/agent'
/** Lines of the Model Context Protocol. */
export const agentProtocol = 'mcp'

const callerType = z.strictObject({
  id: z.string().min(1),
  tenant: z.string().min(1).optional(),
  tenants: z.array(z.string().min(1)).optional(),
  permissions: z.array(z.string()),
  kind: z.enum(['person', 'service', 'agent']).optional(),
  key: z.string().optional(),
})

/** A principal as a header value; text is the id of one that is kept, `null` is a stranger. */
export const formatCaller = (as: Principal | string | null): string => encodeURIComponent(JSON.stringify(as))

/** Who a local request is made as: the operator, unless a header says otherwise. */
export function localCaller(request: HttpRequest, ports: Ports): Caller | Promise<Caller> {
  const from = request.header(localHeaders.from) === 'text' ? 'text' : undefined
  const tenant = decode(request.header(localHeaders.tenant))
  const header = request.header(localHeaders.as)
  if (header === undefined) return { as: localOperator, tenant, from, isOperator: true }
  const as = parseCaller(header)
  if (as === undefined) return malformed()
  if (typeof as !== 'string') return { as, tenant, from, isOperator: true }
  return keptPrincipal(ports, as, tenant).then(
    (found) => ({ as: found, tenant, from, isOperator: true }),
    (thrown: unknown) => {
      if (thrown instanceof Failure) return thrown
      throw thrown
    },
  )
}

function parseCaller(header: string): Principal | string | null | undefined {
  try {
    return z.union([callerType, z.string().min(1), z.null()]).parse(JSON.parse(decodeURIComponent(header)))
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
