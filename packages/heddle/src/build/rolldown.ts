import type * as rolldown from 'rolldown'

/** The library that puts files together: an optional peer of the tool. */
export type Rolldown = typeof rolldown
