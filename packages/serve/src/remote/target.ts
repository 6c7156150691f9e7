import {
  type AnyFailure,
  type CallContext,
  type CommandFacts,
  castOutput,
  compileSchema,
  failed,
  fileListPlaces,
  filePlaces,
  holdsFile,
  isStream,
  Issues,
  type Json,
  type Outcome,
  type Schema,
  success,
  systemFailure,
  toldIssue,
} from '@heddle/core'
import { type Encode, encoderOf } from '../http/encode.ts'
import { pathOfCommand } from '../http/endpoint.ts'
import type { FilePlaces } from './take-files.ts'

/** A command of another app, made ready to be called. */
export interface RemoteTarget {
  /** Its name there. */
  readonly name: string
  readonly path: string
  /** Running it twice does no more than running it once. */
  readonly isRepeatable: boolean
  readonly errors: CommandFacts['errors']
  readonly encode: Encode
  /** Where a form brings files of the input; undefined where none can be in it. */
  readonly takes: FilePlaces | undefined
  /** Whether its value can be a file, or hold one. */
  readonly givesFiles: boolean
  /** A value as the other app wrote it; or why it does not fit. */
  readonly value: Read
  readonly item: Read
}

type Read = (json: unknown) => Outcome<unknown, AnyFailure>

/** What calls a command of another app needs of the call. */
export type RemoteContext = Pick<
  CallContext,
  | 'clock'
  | 'credentials'
  | 'deadline'
  | 'idempotencyKey'
  | 'outgoingKey'
  | 'parent'
  | 'progress'
  | 'random'
  | 'signal'
  | 'sleep'
  | 'span'
  | 'telemetry'
  | 'tellsProgress'
  | 'tenant'
  | 'traceId'
>

/** Makes a command ready. @param name of the command there */
export function targetOf(
  name: string,
  { idempotent, input, output, errors }: Pick<CommandFacts, 'idempotent' | 'input' | 'output' | 'errors'>,
): RemoteTarget {
  const [value, item] = isStream(output) ? [output.final, output.item] : [output, undefined]
  return {
    name,
    path: pathOfCommand(name),
    isRepeatable: idempotent,
    errors,
    encode: encoderOf(input),
    takes: holdsFile(input) ? placesOf(input) : undefined,
    givesFiles: holdsFile(output),
    value: reader(name, value),
    item: item ? reader(name, item) : success,
  }
}

const placesOf = (input: Schema): FilePlaces => ({
  files: new Set(filePlaces(input).map(({ path }) => path.join('.'))),
  lists: new Set(fileListPlaces(input).map(({ path }) => path.join('.'))),
})

/** The other app has checked it by its own type; here it is checked by the one that this app was made with. */
function reader(name: string, type: Schema): Read {
  const check = compileSchema(type as never)
  return (json) => {
    const checked = check.run(castOutput(type, json as Json))
    if (!(checked instanceof Issues)) return success(checked)
    const { message, path } = toldIssue(type, checked.issues[0]!)
    const changes = `its answer to ${name} does not fit: ${message} (at ${path.join('/') || 'the top'})`
    return failed([systemFailure('Incompatible', { name: name.split('.')[0], changes })])
  }
}
