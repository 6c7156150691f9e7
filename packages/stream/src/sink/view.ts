import { Defect } from '@heddle/core'
import { schemaOfType } from '@heddle/pipeline'
import { z } from 'zod'
import type { Brought } from '../source/brought.ts'
import { defineSink } from './sink.ts'
import { chooseKey } from './table/choose-key.ts'
import type { RowKey } from './table/row-key.ts'
import { LiveView } from './view/live-view.ts'
import { viewCommands } from './view/view-commands.ts'
import { viewIn, viewName, viewNoun, viewPart, viewPort } from './view/view-part.ts'

const config = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z]\w*$/)
    .describe('The noun of its queries: `top` of the job `flights.Delays` brings flights.ShowTop and flights.WatchTop'),
  key: z
    .union([z.string(), z.array(z.string()).min(1)])
    .optional()
    .describe(
      'The fields by which a record replaces an older one. @default what the step before groups by, or its key',
    ),
  limit: z.int().positive().max(1_000_000).optional().describe('How many keys it holds. @default 10000'),
})

/** What a view is told. */
export type ViewSinkConfig = z.output<typeof config>

/**
 * The kind of sink `view`: the newest value of each key, in memory, before any checkpoint: provisional, and there within
 * milliseconds. It is empty when the app starts. A query shows it, a streamed one follows it.
 */
export const viewSinkKind = defineSink<ViewSinkConfig>({
  name: 'view',
  summary: 'The newest value of each key in memory, for queries and subscriptions; provisional',
  config,
  short: 'name',
  examples: [{ name: 'top' }, { name: 'running', key: 'origin', limit: 500 }],
  create(given, type, input) {
    const { name, limit = 10_000 } = given
    // Without fields that name a result, that is what the stream is keyed by.
    const key: RowKey = chooseKey(`the view ${name}`, given.key, type, { flow: 'changes', keys: input?.keys })
    let brought: (Brought & { readonly job: string }) | undefined
    return {
      kind: 'view',
      needsApp: true,
      delivery: 'plain',
      provisional: true,
      accepts: 'changes',
      describe: () => ({ name, limit }),
      brings({ job, access }) {
        if (brought?.job === job) return brought
        const view = viewPort(viewName(job, name))
        const domain = job.slice(0, job.lastIndexOf('.'))
        const commands = viewCommands(domain, viewNoun(name), view, schemaOfType(type), access)
        return (brought = { job, parts: [viewPart(viewName(job, name), view, limit)], commands })
      },
      open({ app, job }) {
        const view = app === undefined ? new LiveView(limit) : viewIn(app, viewName(job, name))
        if (!view) throw new Defect('MissingPart', { name: `the view ${name}`, missing: `the view of ${job}` })
        return {
          write: (records) => view.take(key, records),
          forget: () => view.clear(),
          close() {},
        }
      },
      asideInApp: true,
      aside({ app, job }) {
        const hidden = new LiveView(limit)
        return {
          write: (records) => hidden.take(key, records),
          shown: () => app && viewIn(app, viewName(job, name))?.adopt(hidden),
        }
      },
    }
  },
})
