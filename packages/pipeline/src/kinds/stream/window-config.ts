import { parseDuration } from '@heddle/core'
import { z } from 'zod'
import { span, wholeSpan } from '../span.ts'
import { by } from './by.ts'

const count = z.int().min(1).max(1_000_000)

/** The ways to cut a stream into windows, of which a window has one. */
export const windowSorts = ['tumbling', 'hopping', 'sliding', 'session', 'count', 'global'] as const

/** The type of the settings of a `window`. */
export const windowConfig = z
  .strictObject({
    tumbling: wholeSpan.optional().describe('Windows of this length, one after the other'),
    hopping: z
      .strictObject({ size: wholeSpan, every: wholeSpan })
      .refine(({ size, every }) => parseDuration(every) <= parseDuration(size), {
        error: 'Windows that begin less often than they end leave records out',
      })
      .optional()
      .describe('Windows of a length, of which one begins every so often: they overlap'),
    sliding: wholeSpan.optional().describe('For each record the span of this length that ends with it'),
    session: wholeSpan.optional().describe('Windows that end where nothing came for so long'),
    count: count.optional().describe('Windows of so many records'),
    global: z.literal(true).optional().describe('One window for all records; it is told by its trigger'),
    offset: span.optional().describe('How far tumbling and hopping windows are moved from 1970, e.g. 5h'),
    every: count.optional().describe('For count: after how many records a window is told; without it, after all'),
    by: by.optional(),
    lateness: span.optional().describe('For how long a window takes late records after its end; 0s by default'),
    trigger: z
      .strictObject({ every: wholeSpan.optional(), count: count.optional() })
      .refine(({ every, count: records }) => every !== undefined || records !== undefined, {
        error: 'A trigger needs every or count',
      })
      .optional()
      .describe('Results before the end: every so often in event time, after so many records'),
    revisions: z
      .boolean()
      .optional()
      .describe('Whether a result is told early or anew, with the one before withdrawn; else a window is told once'),
  })
  .superRefine((given, context) => {
    const refuse = (name: string, message: string) => context.addIssue({ code: 'custom', path: [name], message })
    const sorts = windowSorts.filter((sort) => given[sort] !== undefined)
    if (sorts.length !== 1) {
      const message = `A window is one of ${windowSorts.join(', ')}`
      context.addIssue({ code: 'custom', path: sorts.length > 1 ? [sorts[1]!] : [], message })
      return
    }
    const [sort] = sorts
    if (given.offset !== undefined && sort !== 'tumbling' && sort !== 'hopping') {
      refuse('offset', 'Only tumbling and hopping windows have an offset')
    }
    if (given.every !== undefined && sort !== 'count')
      refuse('every', 'Only count has every; hopping has one of its own')
    if (given.every !== undefined && given.every > given.count!) refuse('every', 'It is more than count')
    if (sort === 'count' && given.lateness !== undefined) refuse('lateness', 'A window of records has no end in time')
    if (sort === 'sliding' && given.lateness !== undefined) {
      refuse('lateness', 'Its results wait for the time of their records: a source says disorder')
    }
    if (sort === 'global' && given.lateness !== undefined) refuse('lateness', 'A global window has no end')
    if (sort === 'global' && given.trigger === undefined) refuse('global', 'A global window needs a trigger')
    if ((sort === 'count' || sort === 'sliding') && given.trigger !== undefined) {
      refuse('trigger', `A ${sort} window is told for each record or count already`)
    }
    if (given.revisions === false && given.trigger !== undefined && sort !== 'global') {
      refuse('revisions', 'What a trigger tells early is told anew at the end: with a trigger there are revisions')
    }
    if (given.revisions === true && given.lateness === undefined && given.trigger === undefined) {
      refuse('revisions', 'Without lateness or trigger nothing is told anew')
    }
  })

/** The settings of a `window`. */
export type WindowConfig = z.output<typeof windowConfig>

/** Which way the windows are cut. */
export const windowSort = (config: WindowConfig) => windowSorts.find((sort) => config[sort] !== undefined)!

/** Whether results are told anew, with the ones before withdrawn. */
export const hasRevisions = ({ revisions, lateness, trigger }: WindowConfig): boolean =>
  revisions ?? (trigger !== undefined || (lateness !== undefined && parseDuration(lateness) > 0))
