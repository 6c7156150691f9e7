import { castInput, declaredFacts, type ErrorTypes, Failure, type Json, type Ports, type Severity } from '@heddle/core'
import type { Execution } from './execution.ts'
import { createScope } from './scope.ts'

/** On its way through a body that goes on in a new run. */
export class ContinueAs extends Error {
  override readonly name = 'ContinueAs'
  readonly input: unknown

  constructor(input: unknown) {
    super('goes on in a new run')
    this.input = input
  }
}

/** What the body of a workflow is given. */
export function bodyArgs(execution: Execution, given: Json, { log }: Ports) {
  const { facts, stored } = execution
  const { run, tenant } = stored
  return {
    ...createScope(execution, '', execution.root),
    input: castInput(facts.input, given, 'json'),
    run: { id: run.id, tenant },
    fail: failMakersOf(facts.errors),
    continueAs: (input: unknown) => Promise.reject(new ContinueAs(input)),
    expose: (name: string, tell: () => unknown) => void execution.exposed.set(name, tell),
    log: (severity: Severity, message: string, fields?: Record<string, unknown>) =>
      log.write(severity, message, { ...fields, run: run.id, workflow: run.workflow, tenant }),
  }
}

type FailMakers = Readonly<Record<string, (data: unknown) => Failure>>

const known = new WeakMap<ErrorTypes, FailMakers>()

function failMakersOf(errors: ErrorTypes): FailMakers {
  let makers = known.get(errors)
  if (!makers) known.set(errors, (makers = failMakers(errors)))
  return makers
}

const failMakers = (errors: ErrorTypes): FailMakers =>
  Object.fromEntries(
    Object.entries(errors).map(([code, type]) => {
      const facts = declaredFacts(code, type)
      return [code, (data: unknown) => new Failure(code, data, facts)]
    }),
  )
