import { existsSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { Failure, type PathSegment, systemFailure } from '@heddle/core'
import { shown } from '../app-file/shown.ts'

/** Where something stands in a file; both count from 1. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** What a configuration file holds, and where each value of it stands. */
export interface ConfigDocument {
  readonly value: unknown
  /** The position of a value, else that of the nearest one around it. */
  positionOf(path: readonly PathSegment[]): Position | undefined
}

/** A configuration file that was read. */
export interface ConfigFile extends ConfigDocument {
  /** Absolute. */
  readonly file: string
}

/** The names under which a configuration is looked for beside the app file. */
export const configNames = ['heddle.config.yaml', 'heddle.config.toml', 'heddle.config.json']

/**
 * The configuration file beside an app file, if there is one.
 *
 * @throws {Failure} InvalidConfig, when there are two: which of them is meant would be a guess
 */
export function findConfigFile(folder: string): string | undefined {
  const [first, second] = configNames.map((name) => join(folder, name)).filter((file) => existsSync(file))
  if (first === undefined || second === undefined) return first
  throw configFailure(
    `${shown(first)} and ${shown(second)} stand beside each other; keep one, or name it with --config`,
  )
}

/**
 * Reads a configuration file as strictly as input is read: no key twice, no number that would be rounded.
 *
 * @throws {Failure} InvalidConfig, with line and column
 */
export async function readConfigFile(file: string): Promise<ConfigFile> {
  const bytes = bytesOf(file)
  try {
    return { file, ...(await documentOf(file, bytes)) }
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown
    const path = thrown.path.length === 0 ? '' : ` at ${thrown.path.join('.')}`
    throw configFailure(`${shown(file)}${path}: ${thrown.message.replace(/\.$/, '')}`, thrown)
  }
}

async function documentOf(file: string, bytes: Uint8Array): Promise<ConfigDocument> {
  switch (extname(file)) {
    case '.yaml':
    case '.yml':
    case '.json':
      return (await import('./read-yaml.ts')).readYaml(bytes, extname(file) === '.json')
    case '.toml':
      return (await import('./read-toml.ts')).readToml(bytes)
    default:
      throw configFailure(`${shown(file)} is no file of configuration: its name ends in .yaml, .toml or .json`)
  }
}

function bytesOf(file: string): Uint8Array {
  try {
    return readFileSync(file)
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown)
    throw configFailure(`${shown(file)} cannot be read: ${reason}`, thrown)
  }
}

/** What is wrong with a configuration, in one sentence. */
export const configFailure = (reason: string, cause?: unknown) => systemFailure('InvalidConfig', { reason }, { cause })

/** Positions by path, as a reader of a file collects them. */
export class Positions {
  readonly #known = new Map<string, Position>()

  set(path: readonly PathSegment[], position: Position): void {
    this.#known.set(JSON.stringify(path.map(String)), position)
  }

  of(path: readonly PathSegment[]): Position | undefined {
    for (let length = path.length; length > 0; length--) {
      const found = this.#known.get(JSON.stringify(path.slice(0, length).map(String)))
      if (found) return found
    }
    return undefined
  }
}
