import type { OutputOf, Schema } from '@heddle/core'
import type { z } from 'zod'
import type { Shape } from '../kinds/shape.ts'
import type { By } from '../kinds/stream/by.ts'
import type { windowConfig } from '../kinds/stream/window-config.ts'
import type { PlanType, SourcePlan } from '../plan/plan.ts'
import type { CallOptions, StepOptions } from './draft-types.ts'

/** What the steps read: what the check of a type gives; of a type that is data, nothing is known here. */
export type Checked<Type> = Type extends Schema ? OutputOf<Type> : unknown

/** A kind of source or sink: its name, or what declares it, so that its settings are typed. */
export type WayKind<Config> =
  | string
  | { readonly name: string; readonly config: { readonly _zod: { readonly input: Config } } }

/** What a source may say beside its settings. */
export interface SourceOptions<Type extends PlanType | Schema = PlanType | Schema> extends Pick<
  SourcePlan,
  'summary' | 'time' | 'disorder' | 'ahead' | 'idle' | 'decode' | 'onError'
> {
  /** The type of a record. */
  readonly type?: Type
}

/** What a step of a job may say beside its settings: what it reads, `from` on the draft says. */
export type JobStepOptions = Omit<StepOptions, 'from'>

/** Options of a step of a job that calls. */
export interface JobCallOptions extends Omit<CallOptions, 'from'> {
  /** How many calls run at once. @default 16 */
  readonly concurrency?: number
  /** Whether values leave in the order in which they came. @default true */
  readonly ordered?: boolean
}

/** The settings of a window. */
export type WindowSettings = z.input<typeof windowConfig>

/** The settings of a join, but for what it reads. */
export interface JoinSettings {
  readonly by: By
  readonly withBy?: By
  readonly kind?: 'inner' | 'left' | 'full'
  readonly window?: { readonly tumbling: string; readonly offset?: string }
  readonly within?: { readonly before?: string; readonly after?: string }
  readonly temporal?: true
  readonly give?: Shape
}

/** The settings of a timer. */
export interface TimerSettings {
  readonly by?: By
  readonly after: string
  readonly give?: Shape
}

/** What a step gives that may say so by expressions, of which nothing is known here. */
export type GivenBy<Settings, Value> = Settings extends { readonly give: Shape } ? unknown : Value

/** Both sides of a join, of which one may be missing. */
export interface Joined<Left, Right, Kind> {
  readonly left: Kind extends 'full' ? Left | null : Left
  readonly right: Kind extends 'left' | 'full' ? Right | null : Right
}

/** A record with a field more. */
export type WithField<Value, Name extends string, Type> = unknown extends Value
  ? unknown
  : Omit<Value, Name> & { readonly [Own in Name]: Type }

/** An element of a pattern. */
export type PatternElement =
  | {
      readonly name: string
      readonly if: string
      readonly times?: number | { readonly min?: number; readonly max?: number } | '+'
      readonly optional?: boolean
    }
  | { readonly not: string }

/** The settings of a pattern. */
export interface PatternSettings {
  readonly by?: By
  readonly sequence: readonly PatternElement[]
  readonly contiguity?: 'relaxed' | 'strict'
  readonly within: string
  readonly skip?: 'past' | 'next'
  readonly give?: Shape
}

/** The settings of a state machine. */
export interface MachineSettings {
  readonly by: By
  readonly initial: string
  readonly states: Readonly<
    Record<string, { readonly on?: readonly { readonly if: string; readonly to: string; readonly give?: Shape }[] }>
  >
}

/** An entity whose records enrich others. */
export interface NamedEntity<Type extends Schema = Schema> {
  readonly name: string
  readonly schema: Type
}
