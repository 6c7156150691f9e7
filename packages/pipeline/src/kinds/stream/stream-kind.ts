import type { z } from 'zod'
import type { ValueType } from '../../expression/types/value-type.ts'
import type { JobTyping } from '../../validate/job-typing.ts'
import type { JobRule } from '../job-rule.ts'
import type { StepKind } from '../kind.ts'

type BesideTypes = Readonly<Record<string, z.ZodType>>

/** The settings with the fields beside them. */
type Whole<Config, Beside extends BesideTypes> = Config & { readonly [Name in keyof Beside]: z.output<Beside[Name]> }

interface StreamKind<Config, Beside extends BesideTypes> extends Omit<
  StepKind<Whole<Config, Beside>>,
  'config' | 'beside' | 'modes' | 'job' | 'type'
> {
  readonly config: z.ZodType<Config>
  readonly beside?: Beside
  readonly job: JobRule<Whole<Config, Beside>>
  type(config: Whole<Config, Beside>, typing: JobTyping): ValueType
}

/** Declares a kind of step that stands in jobs alone: how it runs, the package of streams says. */
export const streamKind = <Config, const Beside extends BesideTypes = Readonly<Record<never, never>>>(
  kind: StreamKind<Config, Beside>,
): StepKind => ({ ...kind, modes: ['job'] }) as unknown as StepKind
