import { type AnyCommand, Defect, parseDuration } from '@heddle/core'
import type { HandlerOptions } from './options.ts'

type Options = Pick<HandlerOptions, 'authenticate' | 'maxAge'>

/**
 * How long an answer to `GET` may be used without asking again (RFC 9111). Where senders are told apart an answer is for
 * one of them: caches on the way do not see that a key stood in the request.
 */
export function cacheControlOf({ authenticate, maxAge = {} }: Options, { name }: AnyCommand): string {
  const fresh = Object.hasOwn(maxAge, name) ? `max-age=${Math.floor(parseDuration(maxAge[name]!) / 1000)}` : 'no-cache'
  return authenticate ? `private, ${fresh}` : fresh
}

/** @throws {Defect} InvalidDefinition, for an age of something that is no query of the app */
export function assertQueries({ maxAge = {} }: Options, commands: ReadonlyMap<string, AnyCommand>): void {
  for (const name of Object.keys(maxAge)) {
    if (commands.get(name)?.kind === 'query') continue
    throw new Defect('InvalidDefinition', { name: `maxAge of ${name}`, reason: 'it is no query of the app' })
  }
}
