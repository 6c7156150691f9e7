import { type AnyCommand, FailedCall, isPromise, type Maybe } from '@heddle/core'
import type { AnyEntity } from '@heddle/data'
import type { CheckedJobStep, LocalFunction, Shape } from '@heddle/pipeline'
import type { Answer, AskedRecord, AsyncStep } from '../operator/async-step.ts'
import { operator, type Operator } from '../operator/operator.ts'
import type { RecordFunction } from '../operators/functions.ts'
import type { JobExpressions } from '../operators/job-expressions.ts'
import { passing } from '../operators/passing.ts'
import { callPlace } from '../sink/call-place.ts'
import type { AskedApp } from './asked-app.ts'
import { entityReader } from './entity-reader.ts'

/** What steps that ask need of the process that runs them. */
export interface AskingHost {
  readonly job: string
  readonly app: AskedApp
  /** How often the job has begun anew, from 1. */
  generation(): number
  /** Under which of these numbers its calls began: those of a plan whose state was built anew go on. @default generation() */
  calls?(): number
  entity(name: string): AnyEntity
}

/** What a step that asks is made of. */
export interface AskingSetup {
  readonly step: CheckedJobStep
  readonly command: AnyCommand | undefined
  readonly local: LocalFunction | undefined
  readonly expressions: JobExpressions
  readonly host: AskingHost
}

interface AskingConfig {
  readonly with?: Shape
  readonly as?: string
  readonly concurrency?: number
  readonly ordered?: boolean
}

/**
 * A step that asks a command, a named function or an entity about each record. What answers at once is an operator like any
 * other; a command is asked for several records at a time.
 */
export function askingStep(setup: AskingSetup): { readonly operator: Operator } | { readonly asks: AsyncStep } {
  const { step, command, local, expressions, host } = setup
  const { with: given, as, concurrency = 16, ordered = true } = step.config as AskingConfig
  const kind = step.kind.name
  const input = given === undefined ? itself : expressions.shape(given)
  const holds = step.step.if === undefined ? undefined : expressions.condition(step.step.if)
  const use = failureUse(step, expressions)
  const answer = (record: AskedRecord, value: unknown): Answer => {
    return { value: as === undefined ? value : { ...(record.value as object), [as]: value } }
  }
  if (command === undefined && local !== undefined) {
    const { condition } = expressions
    return { operator: passing(localOperator(kind, local, input, as, use), { step: step.step, condition }) }
  }
  const ask = command
    ? commandAsker(command, step, host)
    : entityReader(host, step.config as { readonly entity: string; readonly key: string }, expressions)
  return {
    asks: {
      kind,
      concurrency,
      ordered,
      ask(record, signal): Maybe<Answer> {
        const { value, time, key } = record
        if (holds && !holds(value, time, key)) return { value }
        const found = ask(input(value, time, key), record, signal)
        const end = (got: unknown) => answer(record, got)
        if (!isPromise(found)) return end(found)
        if (!use) return found.then(end)
        return found.then(end, () => answer(record, use(value, time, key)))
      },
    },
  }
}

const itself: RecordFunction = (value) => value

/** What a failure is replaced by, where the step says `onError: { use: … }`. */
function failureUse({ step: { onError } }: CheckedJobStep, expressions: JobExpressions): RecordFunction | undefined {
  return typeof onError === 'object' && 'use' in onError ? expressions.shape(onError.use as Shape) : undefined
}

/** A named function that answers at once is called like any operator; one that is async is not for here. */
function localOperator(
  kind: string,
  local: LocalFunction,
  input: RecordFunction,
  as: string | undefined,
  use: RecordFunction | undefined,
): Operator {
  const { run } = local
  return operator({
    kind,
    onRecord({ value, time, key }, _cells, out) {
      let given
      try {
        given = run(input(value, time, key) as never)
      } catch (thrown) {
        if (!use) throw thrown
        given = use(value, time, key)
      }
      if (isPromise(given))
        throw new TypeError(`The function ${local.name} is async: make it a command for a step of a job`)
      out.emit(as === undefined ? given : { ...(value as object), [as]: given }, time)
    },
  })
}

/**
 * Calls as the job. A command that writes has the name of the record as its key, so that a record read again is no second call.
 * A plan whose state was built anew asks what the one before has asked, and gets the answer that was kept; where it asks
 * something else about a record, that is a call of its own.
 */
function commandAsker(command: AnyCommand, { id }: CheckedJobStep, { app, job, generation, calls }: AskingHost) {
  const isQuery = command.kind === 'query'
  return async (input: unknown, record: AskedRecord, signal: AbortSignal): Promise<unknown> => {
    const last = generation()
    for (let number = calls?.() ?? last; ; number++) {
      const outcome = await app.call(command.name, input, {
        signal,
        ...(!isQuery && { idempotencyKey: `${callPlace(job, id, number)}/${record.id}` }),
      })
      if (outcome.ok) return outcome.value
      if (number >= last || outcome.errors[0]?.code !== 'KeyReused') throw new FailedCall(outcome.errors)
    }
  }
}
