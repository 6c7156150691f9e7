import type { Tool } from '@modelcontextprotocol/server'
import {
  type AnyCommand,
  type CommandFacts,
  type CommandSection,
  deprecationText,
  fileRules,
  isStream,
  type Outgoing,
  outgoingOf,
  type Schema,
} from '@heddle/core'
import { type Encode, outputEncoders } from '../http/encode.ts'
import { toolInput, toolOutput } from './tool-schemas.ts'
import { withKnownFormats } from './known-formats.ts'
import { toolNameOf } from './tool-name.ts'

/** A command as a tool, made ready. */
export interface ToolEntry {
  readonly command: AnyCommand & CommandFacts
  readonly section: CommandSection
  readonly tool: Tool
  /** Whether the input is the field `input` of the arguments. */
  readonly isWrapped: boolean
  readonly isStreamed: boolean
  /** Whether the value is a file, which is the whole answer. */
  readonly isFile: boolean
  readonly outgoing: Outgoing | undefined
  readonly encodeValue: Encode
  readonly encodeItem: Encode
}

/** Makes a command ready to be a tool. */
export function toolOf(command: AnyCommand & CommandFacts, section: CommandSection): ToolEntry {
  const { schema, isWrapped } = toolInput(withKnownFormats(section.input))
  const streamed = isStream(command.output)
  const isFile = !isStream(command.output) && fileRules(command.output) !== undefined
  const encoders = outputEncoders(command.output)
  const hasOutput = !isFile && (streamed || !mayBeNothing(command.output as Schema))
  return {
    command,
    section,
    isWrapped,
    isStreamed: streamed,
    isFile,
    outgoing: outgoingOf(command),
    encodeValue: encoders.value,
    encodeItem: encoders.item,
    tool: {
      name: toolNameOf(command.name),
      title: inWords(command.name),
      description: describe(section),
      inputSchema: schema as Tool['inputSchema'],
      ...(hasOutput && { outputSchema: withKnownFormats(toolOutput(section)) as Tool['outputSchema'] }),
      annotations: {
        readOnlyHint: section.kind === 'query',
        destructiveHint: section.destructive,
        idempotentHint: section.idempotent,
      },
      _meta: { 'heddle/command': command.name },
    },
  }
}

/** A type with an output schema has to have an output each time. */
function mayBeNothing(output: Schema): boolean {
  const { optout, def } = (output as Schema & { _zod: { optout?: string; def: { type: string } } })._zod
  return optout === 'optional' || def.type === 'void' || def.type === 'undefined'
}

/** `bank.TransferMoney` → `Transfer money`. */
function inWords(name: string): string {
  const words = name
    .slice(name.lastIndexOf('.') + 1)
    .replaceAll(/(?<=[a-z\d])(?=[A-Z])/g, ' ')
    .toLowerCase()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function describe({ name, summary, description, errors, begins, deprecated }: CommandSection): string {
  const codes = Object.entries(errors).map(([code, { message }]) => `${code}: ${message}`)
  return [
    summary ?? name,
    description,
    deprecated && deprecationText(deprecated),
    deprecated &&
      `Deprecated since ${deprecated.since}.${deprecated.use === undefined ? '' : ` Use ${deprecated.use}.`}`,
    begins && 'It answers at once with its run, which goes on.',
    codes.length > 0 ? `It may fail with:\n- ${codes.join('\n- ')}` : undefined,
  ]
    .filter((part) => part !== undefined)
    .join('\n\n')
}
