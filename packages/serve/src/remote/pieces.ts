import { FailedCall, type Outcome, type AnyFailure, type Progress } from '@heddle/core'
import type { Readable } from 'node:stream'
import { parsed } from './body.ts'
import type { CallerSetup } from './caller.ts'
import { broken, failuresFrom, unavailable } from './failures.ts'
import { linesOf } from './lines.ts'
import type { RemoteContext, RemoteTarget } from './target.ts'

/** One line of a streamed answer. */
interface Piece {
  readonly item?: unknown
  readonly progress?: Progress
  readonly value?: unknown
  readonly errors?: unknown
}

/**
 * The items of a streamed answer, then its value. The next line is read when the next item is wanted; leaving early ends the
 * connection, by which the other app knows that its call is cancelled. What breaks off is not made again: items were seen.
 *
 * @throws {FailedCall}
 */
export async function* piecesOf(
  body: Readable,
  { name, maxAnswerBytes }: Pick<CallerSetup, 'name' | 'maxAnswerBytes'>,
  target: RemoteTarget,
  ctx: RemoteContext,
): AsyncGenerator<unknown, unknown, void> {
  try {
    for await (const line of linesOf(body, maxAnswerBytes)) {
      const piece = parsed(line)?.json as Piece | null | undefined
      if (typeof piece !== 'object' || piece === null) break
      if (piece.errors !== undefined) {
        throw new FailedCall(failuresFrom(target.errors, piece.errors) ?? [unavailable(broken(name), false)])
      }
      if ('value' in piece) return taken(target.value(piece.value))
      if (typeof piece.progress?.done === 'number') ctx.progress(piece.progress)
      else if ('item' in piece) yield taken(target.item(piece.item))
    }
  } catch (thrown) {
    if (thrown instanceof FailedCall) throw thrown
    ctx.signal.throwIfAborted()
    throw new FailedCall([unavailable(broken(name), false, thrown)])
  } finally {
    body.destroy()
  }
  throw new FailedCall([unavailable(broken(name), false)])
}

function taken(outcome: Outcome<unknown, AnyFailure>): unknown {
  if (outcome.ok) return outcome.value
  throw new FailedCall(outcome.errors)
}
