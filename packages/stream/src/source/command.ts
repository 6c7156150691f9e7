import { Defect, FailedCall, type Json, toJson } from '@heddle/core'
import { z } from 'zod'
import { listIn, pagedReader, type Paging } from './pages/paged-reader.ts'
import { readExpression } from './pages/read-expression.ts'
import { durationText, readDuration } from './settings.ts'
import { defineSource } from './source.ts'

const config = z.strictObject({
  call: z.string().min(1).describe('A query of the app'),
  with: z.record(z.string(), z.json()).optional().describe('Its input. @default {}'),
  items: z.string().optional().describe('An expression over its output that gives the list of items. @default it'),
  cursor: z
    .strictObject({ from: z.string(), field: z.string() })
    .optional()
    .describe('`from`: an expression over the output that gives where the next page begins; `field`: of the input'),
  every: durationText.optional().describe('How often it is called. @default once, and the source ends'),
})

/** What a source of calls is told. */
export type CommandSourceConfig = z.output<typeof config>

/** The kind of source `command`: the items that a query gives, page by page where it has a cursor, once or at an interval. */
export const commandSourceKind = defineSource<CommandSourceConfig>({
  name: 'command',
  summary: 'The items that a query of the app gives, page by page, once or at an interval',
  config,
  short: 'call',
  examples: [
    { call: 'flights.ListAirports' },
    { call: 'shop.FindOrders', items: 'it.records', cursor: { from: 'it.next', field: 'after' }, every: '1m' },
  ],
  create(given) {
    const { call, cursor, every, items = 'it' } = given
    const itemsOf = readExpression(items, `the source command ${call}`)
    const cursorOf = cursor && readExpression(cursor.from, `the source command ${call}`)
    return {
      kind: 'command',
      needsApp: true,
      bounded: every === undefined,
      ...(every !== undefined && { everyMs: readDuration(every)! }),
      guarantees: { replays: cursor !== undefined, ordered: true },
      how: ['every'],
      describe: () => ({ call, items, ...(every !== undefined && { every }) }),
      open({ app, job, tenant = 'main', ...host }) {
        if (!app) throw new Defect('MissingPart', { name: job, missing: 'an app' })
        if (app.commands.get(call)?.kind !== 'query') {
          throw new Defect('MissingPart', { name: job, missing: `the query ${call}` })
        }
        return {
          partitions: () => ['0'],
          openPartition(_partition, position) {
            const paging: Paging = {
              name: call,
              everyMs: readDuration(every),
              isStable: cursor !== undefined,
              async fetch(at, _mark, signal) {
                const input = { ...given.with, ...(cursor && at !== undefined && { [cursor.field]: at }) }
                const outcome = await app.callByName(call, input, { tenant, signal, from: 'json' })
                if (!outcome.ok) throw outcome.errors[0] ?? new FailedCall(outcome.errors)
                const next = cursorOf?.(outcome.value)
                return {
                  items: listIn(toJson(itemsOf(outcome.value)), call, items),
                  ...(next !== undefined && next !== null && next !== at && { next: toJson(next) as Json }),
                }
              },
            }
            return pagedReader(paging, { app, job, tenant, ...host }, position)
          },
          close() {},
        }
      },
    }
  },
})
