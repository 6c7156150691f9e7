import {
  type AnyCommand,
  fileListPlaces,
  filePlaces,
  fileRules,
  isStream,
  type OpenApp,
  type Outgoing,
  outgoingOf,
} from '@heddle/core'
import { openCommand } from '../../access/closed.ts'
import { type Encode, outputEncoders } from '../../http/encode.ts'
import { type FilesInJson, filesInJson } from '../../http/file/inline-files.ts'
import { type HandlerOptions, httpDefaults } from '../../http/options.ts'
import type { UploadPlaces } from './uploads.ts'

/** A command made ready for frames. */
export interface Served {
  readonly command: AnyCommand
  /** What answers pass through; undefined where nothing in them has to stay in the process. */
  readonly outgoing: Outgoing | undefined
  readonly encodeValue: Encode
  readonly encodeItem: Encode
  /** Where files stand in the input; undefined where there are none. */
  readonly uploads: UploadPlaces | undefined
  /** Whether the value is a file, which comes in frames of its own. */
  readonly isFile: boolean
  /** How files inside of what it answers become JSON; undefined where none can be there. */
  readonly inJson: FilesInJson | undefined
}

type ServedOptions = Pick<HandlerOptions, 'commands' | 'routes' | 'maxBodyBytes'>

/** Finds the commands that a surface serves: where it serves only its routes, these are open here too and no others. */
export function servedCommands(
  app: OpenApp,
  { commands = 'all', routes = {}, maxBodyBytes = httpDefaults.maxBodyBytes }: ServedOptions,
): (name: string) => Served | undefined {
  const listed = commands === 'routes' ? new Set(Object.values(routes).map(({ name }) => name)) : undefined
  const ready = new Map<string, Served>()
  return (name) => {
    const known = ready.get(name)
    if (known) return known
    const command = listed?.has(name) === false ? undefined : openCommand(app, name)
    if (!command) return undefined
    const made = served(command, maxBodyBytes)
    ready.set(name, made)
    return made
  }
}

function served(command: AnyCommand, maxBodyBytes: number): Served {
  const encoders = outputEncoders(command.output)
  const outgoing = outgoingOf(command)
  const [files, lists] = [filePlaces(command.input), fileListPlaces(command.input)]
  return {
    command,
    outgoing,
    encodeValue: encoders.value,
    encodeItem: outgoing ? (item) => encoders.item(outgoing.item(item)) ?? 'null' : encoders.item,
    uploads: files.length + lists.length > 0 ? { files, lists } : undefined,
    isFile: !isStream(command.output) && fileRules(command.output) !== undefined,
    inJson: filesInJson(command.output, { name: 'maxBodyBytes', limit: maxBodyBytes }),
  }
}
