import { hashOf, type Json, jsonSchemaOf, type Schema, valueTypeOf } from '@heddle/core'
import type { WorkflowFacts } from './types.ts'

/** What the manifest says of a workflow. */
export interface WorkflowSection {
  readonly name: string
  readonly version: string
  readonly queue: string
  readonly input: Json
  readonly output: Json
  readonly steps: readonly string[]
  readonly children: readonly string[]
  readonly signals: Readonly<Record<string, Json>>
  readonly versions: readonly string[]
  /** Differs where open runs may fare otherwise: a hash of the body, its older versions and the types of what it reads. */
  readonly code: string
}

/** The section of a workflow in the manifest. */
export function describeWorkflow(facts: WorkflowFacts): WorkflowSection {
  const { name, version, queue, input, output, steps, children, signals, versions } = facts
  return {
    name,
    version,
    queue,
    input: jsonSchemaOf(input, 'input') as Json,
    output: jsonSchemaOf(output, 'output') as Json,
    steps: steps.map((step) => step.name).sort(),
    children: children.map((child) => child.name).sort(),
    signals: Object.fromEntries(
      Object.entries(signals).map(([signal, type]) => [signal, jsonSchemaOf(type, 'input') as Json]),
    ),
    versions: versions.map((older) => older.facts.version),
    code: codeHash(facts),
  }
}

/** What a function calls that stands elsewhere is not in its text: only a replay finds out about it. */
function codeHash({ version, body, input, steps, children, renamedFrom, versions }: WorkflowFacts): string {
  const typeOf = (type: Schema) => jsonSchemaOf(type, 'output') as Json
  const read = [
    ...steps.map((step) => ({ [step.name]: typeOf(valueTypeOf(step)) })),
    ...children.map(({ name, facts }) => ({ [name]: typeOf(facts.output) })),
  ]
  const older = versions.map(({ facts }) => codeHash(facts))
  return hashOf([version, String(body), typeOf(input), read, renamedFrom as Json, older]).slice(0, 22)
}
