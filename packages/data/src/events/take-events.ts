import {
  type AnyEvent,
  type Command,
  command,
  Defect,
  error,
  eventContent,
  holdsAnnotation,
  type Port,
} from '@heddle/core'
import { readEventData, sensitive } from '@heddle/core'
import { z } from 'zod'
import { dataUnit } from '../unit/data-unit.ts'

/** An event of another app, as it came. */
export interface ForeignEvent {
  /** That of the event where it was emitted. */
  readonly id: string
  /** Full name. */
  readonly name: string
  /** Version of the type of its data. */
  readonly version: number
  /** JSON. */
  readonly data: unknown
  /** When it was emitted, RFC 3339. */
  readonly at: string
  readonly traceId?: string | undefined
}

/** What a command that takes events is made of. */
export interface TakeEventsOptions {
  readonly summary: string
  /** Those that it takes. */
  readonly events: readonly [AnyEvent, ...AnyEvent[]]
  /** Who may call it by hand, e.g. to replay a dead letter. @default 'heddle:operate' */
  readonly access?: string
}

/**
 * A command that emits an event of another app in this one, under the same id. Called with that id as its idempotency key
 * it does so once. Data of an older version becomes the newest first. What does not fit is the declared failure
 * `DoesNotFit`.
 */
export function takeEvents<const Name extends string>(name: Name, options: TakeEventsOptions): Command<Name> {
  const { summary, events, access = 'heddle:operate' } = options
  const byName = new Map(events.map((event) => [event.name, event]))
  const isSecret = events.some(({ data }) => holdsAnnotation(data))
  return command(name, {
    summary,
    input: z.object({
      id: z.string().min(1).max(200),
      name: z.enum([...byName.keys()]),
      version: z.int().positive(),
      data: isSecret ? sensitive(z.unknown()) : z.unknown(),
      at: z.iso.datetime(),
      traceId: z.string().optional(),
    }),
    output: z.object({}),
    errors: {
      DoesNotFit: error(z.object({ event: z.string(), reason: z.string() }), {
        message: 'What came does not fit {event}: {reason}',
        help: 'Correct the type of the event or say in `upcast` what becomes of it, and replay its dead letter.',
      }),
    },
    access,
    uses: [Taken],
    emits: events,
    run({ input, ctx, fail }) {
      const event = byName.get(input.name)!
      try {
        ctx.use(Taken).emit(event, input)
      } catch (thrown) {
        if (!(thrown instanceof Defect) || !misfits.has(thrown.code)) throw thrown
        return fail.DoesNotFit({ event: event.name, reason: thrown.message })
      }
      return {}
    },
  }) as unknown as Command<Name>
}

const misfits: ReadonlySet<string> = new Set(['UnreadableEvent', 'InvalidEvent'])

/** Emits with an id from elsewhere. The time is that of taking it: times grow with offsets. */
const Taken: Port<{ emit(event: AnyEvent, given: ForeignEvent): void }> = {
  kind: 'port',
  name: 'heddle.TakenEvents',
  external: false,
  bind: (scope) => ({
    emit(event, { id, version, data, traceId }) {
      const content = eventContent(event, readEventData(event, version, data), scope.command)
      const made = { ...content, id, at: scope.clock.now(), principal: scope.principal?.id, traceId }
      dataUnit(scope, 'heddle.TakenEvents').emit(made)
    },
  }),
}
