import { type AnyCommand, command, Defect, type InputOf, type OutputOf, type Schema } from '@heddle/core'
import { idForm } from '../plan/id.ts'

/**
 * A function with a name: in a pipeline it becomes a local command. It gets its input and nothing else, so that it can
 * touch nothing; what touches the world is a command.
 */
export interface LocalFunction<Input extends Schema = Schema, Output extends Schema = Schema> {
  readonly kind: 'function'
  readonly name: string
  readonly input: Input
  readonly output: Output
  readonly run: (input: never) => unknown
  /** Carries types only. */
  readonly types?: { readonly given: InputOf<Input>; readonly value: OutputOf<Output> }
}

/**
 * Names a function, so that a plan can hold it: by its name, never by its code.
 *
 * @throws {Defect} InvalidDefinition
 * @example fn('parse', z.string(), z.object({ delay: z.number() }), (line) => JSON.parse(line))
 */
export function fn<Input extends Schema, Output extends Schema>(
  name: string,
  input: Input,
  output: Output,
  run: (input: OutputOf<Input>) => InputOf<Output> | Promise<InputOf<Output>>,
): LocalFunction<Input, Output> {
  if (!idForm.test(name)) {
    throw new Defect('InvalidDefinition', { name: `the function ${name}`, reason: 'a name is written like parseLine' })
  }
  return { kind: 'function', name, input, output, run: run as (input: never) => unknown }
}

/** Whether a value is a named function. */
export const isFunction = (value: object): value is LocalFunction => 'kind' in value && value.kind === 'function'

/** The local command that a function is in a pipeline: `parse` in `flights.Delays` is `flights.DelaysParse`. */
export function functionCommand({ name, input, output, run }: LocalFunction, pipeline: string): AnyCommand {
  const made = command(`${pipeline}${name[0]!.toUpperCase()}${name.slice(1)}`, {
    kind: 'query',
    summary: `The function "${name}" of ${pipeline}`,
    input,
    output,
    run: (args) => run(args.input as never) as never,
  })
  return { ...made, madeFrom: { template: pipeline, config: { function: name } } }
}
