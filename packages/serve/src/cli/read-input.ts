import {
  type AnyFailure,
  decodeJson,
  decodeLimits,
  failed,
  Failure,
  type Outcome,
  type PathSegment,
  type Schema,
  success,
  systemFailure,
  tooLarge,
} from '@heddle/core'
import { decodeYaml } from './decode-yaml.ts'
import { readFiles } from './read-files.ts'
import { castTexts } from './cast-texts.ts'
import { usageFailure } from './flag-tokens.ts'
import { InputBuilder } from './input-builder.ts'
import type { callOptions, OptionValues } from './options.ts'
import type { Assignment } from './parse-arguments.ts'

/** What a command line gave: its options, its flags, and standard input where it is asked for. */
interface Given {
  readonly options: Pick<OptionValues<typeof callOptions>, 'input' | 'stdin' | 'stdinFormat'>
  readonly assignments: readonly Assignment[]
  /** The type of the input, which decides what the text of a flag means. */
  readonly type: Schema
  readonly stdin?: AsyncIterable<Uint8Array>
}

/**
 * Puts the input of a call together: `--input` or standard input first, flags on top. What came as JSON stays what it
 * is, and only the text of flags is cast: the result is to be read as JSON.
 *
 * @throws {Failure} InvalidUsage, ForbiddenKey, DuplicateKey
 */
export async function readInput({ options, assignments, type, stdin }: Given): Promise<Outcome<unknown, AnyFailure>> {
  const base = await readBase(options, stdin)
  if (!base.ok) return base
  const builder = new InputBuilder(base.value)
  const placed = new Set<string>()
  const texts: (readonly PathSegment[])[] = []
  for (const assignment of assignments) {
    const { path, element, text } = assignment
    const kind = isText(assignment) ? 'text' : assignment.kind
    const asJson = kind === 'json' || (kind === 'list' && (element === 'json' || text.startsWith('[')))
    const read = asJson ? decodeJson(text) : success(kind === 'boolean' ? text === 'true' : text)
    if (!read.ok) return failed(read.errors.map((error) => below(path, error)))
    if (kind !== 'list') {
      assertFree(placed, path)
      builder.set(path, read.value)
      if (kind === 'text') texts.push(path)
    } else if (Array.isArray(read.value)) for (const item of read.value) builder.append(path, item)
    else {
      const added = builder.append(path, read.value)
      if (!asJson) texts.push(added)
    }
  }
  await readFiles(builder, texts, type)
  castTexts(builder, texts, type)
  return success(builder.value === undefined ? {} : builder.value)
}

/** Whether what may be JSON or text is text: it is no JSON of the types that it may have, and does not begin like a structure. */
function isText({ orText, text }: Assignment): boolean {
  if (!orText || /^\s*[[{]/.test(text)) return false
  const read = decodeJson(text)
  return !read.ok || !orText.includes(read.value === null ? 'null' : typeof read.value)
}

/** A fault in the JSON of a flag, where it lies in the whole input. */
function below(place: readonly PathSegment[], { code, data, facts, path, cause, message }: AnyFailure): AnyFailure {
  return new Failure(code, data, facts, [...place, ...path], cause, message)
}

/** One place has one value: which of two is meant would be a guess, as with two equal keys in JSON. */
function assertFree(placed: Set<string>, path: readonly PathSegment[]): void {
  const place = JSON.stringify(path)
  if (placed.has(place)) throw systemFailure('DuplicateKey', { key: String(path.at(-1)) }, { path })
  placed.add(place)
}

async function readBase(options: Given['options'], stdin: Given['stdin']): Promise<Outcome<unknown, AnyFailure>> {
  if (options.stdinFormat !== undefined && !options.stdin) throw usageFailure('--stdin-format stands without --stdin')
  if (options.input !== undefined && options.stdin) throw usageFailure('--input and --stdin exclude each other')
  if (options.input !== undefined) return decodeJson(options.input)
  if (!options.stdin || !stdin) return success(undefined)
  const bytes = await readAll(stdin, decodeLimits.maxBodyBytes)
  if (!bytes) return failed([tooLarge(decodeLimits.maxBodyBytes)])
  return options.stdinFormat === 'yaml' ? decodeYaml(bytes) : decodeJson(bytes)
}

/** All bytes, or nothing when there are more than the limit: the rest is not read. */
async function readAll(stdin: AsyncIterable<Uint8Array>, limit: number): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of stdin) {
    size += chunk.byteLength
    if (size > limit) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
