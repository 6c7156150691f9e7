import { createHash } from 'node:crypto'
import type { Redis } from 'ioredis'

/** What a script is called with. */
export type ScriptValue = string | number | Buffer

/** A Lua script, which Redis runs as a whole: nothing happens in between. */
export interface Script {
  readonly lua: string
  readonly sha: string
}

/** Declares a script. */
export const script = (lua: string): Script => ({ lua, sha: createHash('sha1').update(lua).digest('hex') })

/** Runs a script by its hash, and sends its text to a server that does not know it yet. */
export async function runScript(
  redis: Redis,
  { lua, sha }: Script,
  keys: readonly string[],
  values: readonly ScriptValue[],
): Promise<unknown> {
  try {
    return await redis.evalsha(sha, keys.length, ...keys, ...values)
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error
    return redis.eval(lua, keys.length, ...keys, ...values)
  }
}
