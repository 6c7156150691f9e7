import { type OpenApp, systemFailure } from '@heddle/core'

/** A mistake outside of any call: logged here, and the stranger sees a trace id. */
export function internal({ ports }: Pick<OpenApp, 'ports'>, what: string, thrown: unknown) {
  const traceId = Buffer.from(ports.random.bytes(16)).toString('hex')
  const { message, stack } = thrown instanceof Error ? thrown : { message: String(thrown), stack: undefined }
  ports.log.write('error', `${what}: ${message}`, { traceId, stack })
  return systemFailure('Internal', { traceId }, { cause: thrown })
}
