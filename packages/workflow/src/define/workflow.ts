import {
  type AnyCommand,
  command,
  Defect,
  type ErrorTypes,
  type FailureOf,
  holdsAnnotation,
  type InputOf,
  type Json,
  type OutputOf,
  type Schema,
  valueTypeOf,
} from '@heddle/core'
import { z } from 'zod'
import { usualRuns } from '../engine/runs-part.ts'
import { Runs } from '../engine/runs.ts'
import { commandsOf, makeWays } from '../ways/ways.ts'
import { accessOfWays } from '../ways/way-facts.ts'
import { runChanges } from '../change/changes-part.ts'
import { describeWorkflow } from './describe.ts'
import { runHandle } from './run-handle.ts'
import type {
  AnyWorkflow,
  ApprovalTypes,
  QueryTypes,
  SignalTypes,
  UpdateTypes,
  Workflow,
  WorkflowDefinition,
  WorkflowFacts,
} from './types.ts'
import { workflowKind } from './workflow-kind.ts'

/**
 * Defines a durable command: its body touches the world only through steps, whose outcomes are written down, so that it goes
 * on where it was after a crash, in months if need be. Calling it starts a run.
 *
 * @throws {Defect} InvalidDefinition
 * @example
 * export const placeOrder = workflow('orders.PlaceOrder', {
 *   input: z.object({ order: z.string(), cents: z.int() }),
 *   output: z.object({ tracking: z.string() }),
 *   steps: [chargeCard, refundCard, shipOrder],
 *   async run({ input, step, compensate }) {
 *     const { charge } = await step('charge', chargeCard, input)
 *     compensate('refund', refundCard, { charge })
 *     return step('ship', shipOrder, { order: input.order })
 *   },
 * })
 */
export function workflow<
  const Name extends string,
  Input extends Schema,
  Output extends Schema,
  Errors extends ErrorTypes = {},
  const Steps extends readonly AnyCommand[] = readonly [],
  Signals extends SignalTypes = {},
  const Children extends readonly AnyWorkflow[] = readonly [],
  Approvals extends ApprovalTypes = {},
  Updates extends UpdateTypes = {},
  Queries extends QueryTypes = {},
>(
  name: Name,
  definition: WorkflowDefinition<Input, Output, Errors, Steps, Signals, Children, Approvals, Updates, Queries>,
): Workflow<Name, InputOf<Input>, OutputOf<Output>, FailureOf<Errors>> {
  const {
    summary,
    description,
    requirements,
    examples,
    input,
    output,
    access,
    accessTo = {},
    steps = [],
    children = [],
  } = definition
  const {
    signals = {} as Signals,
    approvals = {} as Approvals,
    updates = {} as Updates,
    queries = {} as Queries,
    errors = {},
    queue = 'default',
    version = '1',
    versions = [],
    renamedFrom = {},
    run,
  } = definition
  for (const older of versions) {
    if (older.name === name && older.facts.version !== version) continue
    const reason = `versions holds ${older.name} ${older.facts.version}, which is no other version of it`
    throw new Defect('InvalidDefinition', { name, reason })
  }
  const asked = [
    ...Object.values(signals),
    ...Object.values(approvals).map(({ form }) => form),
    ...Object.values(updates).flatMap((update) => [update.input, update.output]),
  ] as Schema[]
  const facts: WorkflowFacts = {
    name,
    version,
    queue,
    input,
    output,
    errors,
    steps,
    children,
    signals,
    approvals,
    updates,
    queries,
    versions,
    renamedFrom,
    isMarked: isMarked([input, output, ...(Object.values(errors) as Schema[]), ...asked], steps),
    body: run as never,
  }
  const start = command(name, {
    summary,
    description,
    requirements,
    examples,
    input,
    output: runHandle,
    access,
    uses: [Runs],
    run: (async ({
      input: given,
      ctx,
    }: {
      input: unknown
      ctx: { use(port: typeof Runs): Runs; idempotencyKey?: string }
    }) => ctx.use(Runs).start(self as never, given as never, { key: ctx.idempotencyKey })) as never,
  })
  const made = makeWays({ name, facts, accessOf: accessOfWays(access, accessTo) })
  const { awaits, status, watch } = made
  const begun: AnyCommand = { ...(start as AnyCommand), begins: { awaits, status, watch } }
  const self: Workflow<Name, InputOf<Input>, OutputOf<Output>, FailureOf<Errors>> = {
    kind: workflowKind,
    name,
    facts,
    command: begun as never,
    ways: made as never,
    commands: [begun, ...commandsOf(made), ...steps],
    parts: [usualRuns, runChanges, ...children.filter((child) => child.name !== name)],
    describe: () => describeWorkflow(facts) as unknown as Json,
    simulated: () => self,
  }
  return self
}

const isMarked = (types: readonly Schema[], steps: readonly AnyCommand[]): boolean =>
  types.some((type) => holdsAnnotation(type)) ||
  steps.some((step) => holdsAnnotation(step.input) || holdsAnnotation(valueTypeOf(step)))

/** The type of nothing, for signals that only say that something happened. */
export const nothing = z.object({})
