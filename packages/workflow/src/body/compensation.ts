import type { AnyCommand } from '@heddle/core'

/** Something that undoes a step, until the run has succeeded. */
export interface Compensation {
  readonly key: string
  readonly command: AnyCommand
  readonly input: unknown
}
