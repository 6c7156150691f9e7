import { createHash } from 'node:crypto'
import type { Frame } from './frame.ts'

/** What other apps take as a key at most, in characters. */
const mostCharacters = 255
/** As many digits of a hash as no two ways in an app will share. */
const wayDigits = 24

/**
 * The idempotency key for what a call asks of another system: that of the whole call, and a hash of who calls and of the way
 * to here. So a call that is made again asks under the same keys, two questions of one call ask under two, and callers who
 * choose the same key do not meet where all of them are known by one name.
 */
export function outgoingKey(frame: Frame): string | undefined {
  const key = frame.ctx.idempotencyKey
  if (key === undefined) return undefined
  const { tenant, options } = frame.root
  const way = digest(JSON.stringify([tenant, options.as?.id ?? '', wayOf(frame)])).slice(0, wayDigits)
  const isSendable = key.length + wayDigits < mostCharacters && /^[\x21-\x7e]+$/.test(key)
  return `${isSendable ? key : digest(key)}/${way}`
}

/** The names of the commands on the way, each with how many of that name its caller had called before. */
function wayOf(frame: Frame): string {
  const { caller, command } = frame
  return caller ? `${wayOf(caller)}/${command.name}#${ordinalOf(frame, caller)}` : command.name
}

/** Counted when it is first asked for, by those that ask: the others do not pay. Another attempt is the same call. */
function ordinalOf(frame: Frame, caller: Frame): number {
  const origin = frame.origin ?? frame
  if (origin.ordinal !== undefined) return origin.ordinal
  const { name } = frame.command
  const counts = (caller.counts ??= new Map<string, number>())
  const ordinal = counts.get(name) ?? 0
  counts.set(name, ordinal + 1)
  origin.ordinal = ordinal
  return ordinal
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex')
