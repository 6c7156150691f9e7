import type { Access, AnyCommand, Part } from '@heddle/core'
import type { z } from 'zod'

/** Where in an app a source or sink stands. */
export interface JobPlace {
  /** The full name of the job, e.g. `flights.Delays`. */
  readonly job: string
  /** Its own name in the plan, e.g. `delays`; `source` or `sink` where there is one. */
  readonly name: string
  /** The type of a record, where it is known. */
  readonly schema?: z.ZodType
  /** Who may call commands that it brings. */
  readonly access: Access
}

/** What a source or sink adds to the app that its job is part of. The same objects for the same place each time. */
export interface Brought {
  readonly parts?: readonly Part[]
  readonly commands?: readonly AnyCommand[]
}
