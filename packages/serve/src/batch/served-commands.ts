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
import { mediaTypes } from '../http/accept.ts'
import { type Encode, outputEncoders } from '../http/encode.ts'
import type { HandlerOptions } from '../http/options.ts'

/** A command made ready for lines. */
export interface ServedCommand {
  readonly command: AnyCommand
  readonly outgoing: Outgoing | undefined
  readonly encode: Encode
  /** Set where its answer does not fit into a line. */
  readonly refused: AnyFailure | undefined
}

/** Finds the commands that a surface serves: where it serves only its routes, these and no others. */
export function servedCommands(
  app: OpenApp,
  { commands = 'all', routes = {} }: Pick<HandlerOptions, 'commands' | 'routes'>,
): (name: string) => ServedCommand | undefined {
  const listed = commands === 'routes' ? new Set(Object.values(routes).map(({ name }) => name)) : undefined
  const ready = new Map<string, ServedCommand>()
  return (name) => {
    const known = ready.get(name)
    if (known) return known
    const command = app.commands.get(name)
    if (!command || listed?.has(name) === false) return undefined
    const { output } = command
    const whole = isStream(output) ? mediaTypes.lines : fileRules(output) && 'application/octet-stream'
    const made = {
      command,
      outgoing: outgoingOf(command),
      encode: outputEncoders(output).value,
      refused: whole ? systemFailure('NotAcceptable', { type: whole }) : undefined,
    }
    ready.set(name, made)
    return made
  }
}
