import { Defect, type AnyFailure, systemFailure } from '@heddle/core'
import { z } from 'zod'
import { callPlace } from './call-place.ts'
import { retryUntilOver } from './retry-until.ts'
import { defineSink } from './sink.ts'
import { someAtATime } from './some-at-a-time.ts'

const config = z.strictObject({
  call: z.string().min(1).describe('The command; its input is the record'),
  concurrency: z
    .int()
    .min(1)
    .max(1000)
    .optional()
    .describe('How many calls at a time; with 1 they are in order. @default 16'),
})

/** What a command sink is told. */
export type CommandSinkConfig = z.output<typeof config>

/**
 * The kind of sink `command`: one call for each record. Its idempotency key is the name of the record, so that a call that is
 * made again after a crash is the same call. One that fails for good is a dead letter; one that may succeed later is made again.
 */
export const commandSinkKind = defineSink<CommandSinkConfig>({
  name: 'command',
  summary: 'A call of a command for each record, with the name of the record as idempotency key',
  config,
  short: 'call',
  examples: [{ call: 'flights.NotifyDelay' }, { call: 'flights.AddToLedger', concurrency: 1 }],
  create: ({ call, concurrency = 16 }) => ({
    kind: 'command',
    needsApp: true,
    delivery: 'idempotent',
    accepts: 'append',
    describe: () => ({ call, concurrency }),
    open(host) {
      const { app, job, name, tenant = 'main', signal, ports, refuse } = host
      const place = callPlace(job, name, host.generation)
      if (!app) throw new Defect('MissingPart', { name: `the command sink ${name} of ${job}`, missing: 'an app' })
      if (!app.commands.has(call)) {
        throw new Defect('MissingPart', { name: `the sink ${name} of ${job}`, missing: `the command ${call}` })
      }
      return {
        write: (records) =>
          someAtATime(records, concurrency, async (record) => {
            const idempotencyKey = `${place}/${record.id}`
            await retryUntilOver(ports, signal, call, async () => {
              const outcome = await app.callByName(call, record.value, { idempotencyKey, tenant, signal, from: 'json' })
              if (outcome.ok) return {}
              const [failure] = outcome.errors
              if (mayPass(failure)) return { again: failure! }
              if (!refuse) throw failure ?? systemFailure('Internal', {})
              const told = outcome.errors.map((error) => error.toJSON())
              refuse(record, told)
              return {}
            })
          }),
        close() {},
      }
    },
  }),
})

/** Whether a call that failed so may succeed later; what is wrong with its input stays wrong. */
const mayPass = (failure: AnyFailure | undefined): boolean =>
  failure !== undefined && failure.retry !== 'never' && failure.category !== 'data' && failure.category !== 'domain'
