import { type CallContext, systemFailure } from 'heddle'
import type { ServiceName, Services } from './services.ts'

/** Asks a service under the key of the step. One that does not answer is asked again later. */
export async function askService(
  services: Services,
  ctx: CallContext,
  service: ServiceName,
  what: string,
  input: unknown,
): Promise<{ status: number; body: never }> {
  const key = ctx.idempotencyKey ?? ctx.newId()
  try {
    const { status, body } = await services.post(service, what, input, key)
    if (status >= 500) throw new Error(`it answered ${status}`)
    return { status, body: body as never }
  } catch (cause) {
    throw systemFailure('Unavailable', { what: `The service ${service}` }, { cause })
  }
}
