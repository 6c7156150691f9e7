import { type AnyFailure, type Ports, systemFailure } from '@heddle/core'

/** The failure of a mistake outside of any call, e.g. in `authenticate`: logged here, and the stranger sees a trace id. */
export function internalFailure({ random, log }: Pick<Ports, 'random' | 'log'>, thrown: unknown): AnyFailure {
  const traceId = Buffer.from(random.bytes(16)).toString('hex')
  const { message, stack } = thrown instanceof Error ? thrown : { message: String(thrown), stack: undefined }
  log.write('error', `a request errored: ${message}`, { traceId, stack })
  return systemFailure('Internal', { traceId }, { cause: thrown })
}
