import type { AnyCommand, AnyEvent, AnyFailure, Maybe, Outcome } from '@heddle/core'
import type { Shape } from '../kinds/shape.ts'
import type { Step } from '../plan/plan.ts'
import type { Frame } from './frame.ts'
import type { Gate } from './race.ts'

/** What a step gave, or `dropped` where the value ended in it. */
export type Run = (frame: Frame) => Maybe<unknown>

/** Runs something so that what it wrote is undone when it fails. */
export type Attempt = (frame: Frame, gate?: Gate) => Promise<Outcome<unknown, AnyFailure>>

/** A part of a plan made ready: from what expressions may read to a value. */
export type Evaluate = (frame: Frame) => unknown

/** What a step kind is given to make itself ready. Everything is looked up and compiled here, once. */
export interface Building {
  /** The step that is made ready. */
  readonly step: Step
  expression(text: string): Evaluate
  shape(shape: Shape): Evaluate
  /** Steps one after the other. They may change the frame: give them one of their own where the outer goes on. */
  steps(steps: readonly Step[]): Run
  /** The command of a name, with the policies of the step around it. */
  command(name: string): AnyCommand
  /** A command that runs without the policies of the step, e.g. one that merges. */
  helper(name: string): AnyCommand
  /** The command that a pipeline of a name is, with parameters of its own, and the policies of the step around it. */
  pipeline(name: string, parameters: Readonly<Record<string, unknown>>): AnyCommand
  event(name: string): AnyEvent
  /**
   * Makes something ready that may be undone as a whole. `name` tells several in one step apart, e.g. the branches of a
   * race.
   */
  isolate(make: (inner: Building) => Run, name?: string): Attempt
}

/** A step made ready. */
export interface Executable {
  readonly run: Run
  /** Where the mode has a shorter way than to isolate `run`. */
  readonly attempt?: Attempt
  /** Of a step that calls: what, and with what. */
  readonly asks?: Asking
}

/** The call of a step. */
export interface Asking {
  readonly command: AnyCommand
  readonly input: Evaluate
}

/** Makes a step ready for one mode. */
export type Executor<Config = never> = (config: Config, building: Building) => Executable

/** The executors of a mode, by the kinds' names. */
export type Executors = Readonly<Record<string, Executor>>

/** What a step gives where the value ends: a for-each leaves the item out, a branch and a pipeline give null. */
export const dropped = Symbol('dropped')
