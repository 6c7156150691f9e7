import {
  type AnyCommand,
  type AnyFailure,
  fileRules,
  isStream,
  type OpenApp,
  type Outgoing,
  outgoingOf,
  systemFailure,
} from '@heddle/core'
import { openCommand } from '../access/closed.ts'
import { mediaTypes } from '../http/accept.ts'
import { type Encode, outputEncoders } from '../http/encode.ts'
import { type FilesInJson, filesInJson } from '../http/file/inline-files.ts'
import { type HandlerOptions, httpDefaults } from '../http/options.ts'

/** A command made ready for lines. */
export interface ServedCommand {
  readonly command: AnyCommand
  readonly outgoing: Outgoing | undefined
  readonly encode: Encode
  /** How files inside of what it answers become JSON; undefined where none can be there. */
  readonly files: FilesInJson | undefined
  /** Set where its answer does not fit into a line. */
  readonly refused: AnyFailure | undefined
}

/** Finds the commands that a surface serves: where it serves only its routes, these and no others. */
export function servedCommands(
  app: OpenApp,
  {
    commands = 'all',
    routes = {},
    maxBodyBytes = httpDefaults.maxBodyBytes,
  }: Pick<HandlerOptions, 'commands' | 'routes' | 'maxBodyBytes'>,
): (name: string) => ServedCommand | undefined {
  const listed = commands === 'routes' ? new Set(Object.values(routes).map(({ name }) => name)) : undefined
  const ready = new Map<string, ServedCommand>()
  return (name) => {
    const known = ready.get(name)
    if (known) return known
    const command = listed?.has(name) === false ? undefined : openCommand(app, name)
    if (!command) return undefined
    const { output } = command
    const whole = isStream(output) ? mediaTypes.lines : fileRules(output) && 'application/octet-stream'
    const made = {
      command,
      outgoing: outgoingOf(command),
      encode: outputEncoders(output).value,
      files: filesInJson(output, { name: 'maxBodyBytes', limit: maxBodyBytes }),
      refused: whole ? systemFailure('NotAcceptable', { type: whole }) : undefined,
    }
    ready.set(name, made)
    return made
  }
}
