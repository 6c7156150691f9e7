import type { ConfigField, PathSegment, Schema } from '@heddle/core'
import { castTexts, didYouMean, InputBuilder, kebab, suggest, usageFailure } from '@heddle/serve'
import { shown } from '../app-file/shown.ts'
import type { ConfigFile, Position } from './config-file.ts'
import { portHint } from './port-hint.ts'
import { isReference, readReference } from './reference.ts'

/** Where a value comes from. */
export interface ConfigSource {
  /** For people: `heddle.config.yaml:3:7`, `BANK_MAX_ROWS`, `--set`. */
  readonly told: string
  readonly file?: string
  readonly position?: Position
}

/** What is wrong with one value. */
export interface ConfigProblem {
  readonly path: readonly PathSegment[]
  readonly message: string
  readonly source?: ConfigSource
}

/** What one `--set` says. */
export interface SetFlag {
  readonly name: string
  readonly text: string
}

/** @throws {Failure} InvalidUsage */
export function readSetFlag(pair: string): SetFlag {
  const equals = pair.indexOf('=')
  if (equals <= 0) throw usageFailure(`--set is written name=value, not "${pair}"`)
  return { name: pair.slice(0, equals), text: pair.slice(equals + 1) }
}

/** The layers of a configuration, put one over another: file, environment, flags. */
export class ConfigLayers {
  readonly problems: ConfigProblem[] = []
  readonly #fields: readonly ConfigField[]
  readonly #texts: (readonly PathSegment[])[] = []
  /** What lies over the file. */
  readonly #over = new Map<string, ConfigSource>()
  #builder = new InputBuilder({})
  #file: ConfigFile | undefined

  constructor(fields: readonly ConfigField[]) {
    this.#fields = fields
  }

  /** The file, with the values to which it refers. Below all others. */
  async addFile(file: ConfigFile, environment: Readonly<Record<string, string | undefined>>): Promise<void> {
    this.#file = file
    this.#builder = new InputBuilder(file.value)
    for (const { path, type } of this.#fields) {
      const value = valueAt(file.value, path)
      if (!isReference(value, type)) continue
      const source = this.sourceOf(path)!
      const read = readReference(value, file.file, environment)
      if ('text' in read) this.#setText(path, read.text, { ...source, told: `${source.told}, ${read.from}` })
      else this.problems.push({ path, message: read.missing, source })
    }
  }

  addEnvironment(environment: Readonly<Record<string, string | undefined>>): void {
    for (const { path, variables } of this.#fields) {
      const variable = variables.find((name) => environment[name] !== undefined)
      if (variable !== undefined) this.#setText(path, environment[variable]!, { told: variable })
    }
  }

  /** @throws {Failure} InvalidUsage, with the nearest name where there is one */
  addSet({ name, text }: SetFlag): void {
    const path = this.#pathOf(name) ?? this.#refuse(`the configuration has no value "${name}" for --set`, name)
    this.#setText(path, text, { told: '--set' })
  }

  /** What was given as an option of its own. @throws {Failure} InvalidUsage, with the nearest name where there is one */
  addFlag({ name, text }: SetFlag): void {
    const told = `--${name}`
    const path =
      this.#pathOf(name) ??
      this.#refuse(`unknown option '${told}': the configuration has no such value${portHint(name, text)}`, name)
    this.#setText(path, text, { told })
  }

  /** All layers as one, with text as what the type wants it to be. */
  valuesFor(type: Schema): Record<string, unknown> {
    castTexts(this.#builder, this.#texts, type)
    return this.#builder.value as Record<string, unknown>
  }

  /** Where the value at a place, or the one around it, comes from. */
  sourceOf(path: readonly PathSegment[]): ConfigSource | undefined {
    for (let length = path.length; length > 0; length--) {
      const source = this.#over.get(keyOf(path.slice(0, length)))
      if (source) return source
    }
    if (!this.#file || valueAt(this.#file.value, path) === undefined) return undefined
    const position = this.#file.positionOf(path)
    const place = position ? `:${position.line}:${position.column}` : ''
    return { told: `${shown(this.#file.file)}${place}`, file: this.#file.file, position }
  }

  #setText(path: readonly PathSegment[], text: string, source: ConfigSource): void {
    // What a problem was found in is covered by what lies over it.
    const covered = this.problems.findIndex((problem) => keyOf(problem.path) === keyOf(path))
    if (covered >= 0) this.problems.splice(covered, 1)
    this.#builder.set(path, text)
    this.#over.set(keyOf(path), source)
    this.#texts.push(path)
  }

  /** The place that is meant by `database.pool-size`; below a value with free names, the place in it. */
  #pathOf(typed: string): readonly PathSegment[] | undefined {
    const plain = kebab(typed)
    const exact = this.#fields.find(({ path }) => kebab(path.join('.')) === plain)
    if (exact) return exact.path
    const segments = typed.split('.')
    const around = this.#fields.find(({ path }) => {
      const outer = segments.slice(0, path.length)
      return segments.length > path.length && kebab(outer.join('.')) === kebab(path.join('.'))
    })
    if (around) return [...around.path, ...segments.slice(around.path.length).map(segmentOf)]
    return undefined
  }

  #refuse(reason: string, typed: string): never {
    const names = this.#fields.map(({ path }) => path.join('.'))
    throw usageFailure(`${reason}${didYouMean(suggest(typed, names))}`)
  }
}

const segmentOf = (text: string): PathSegment => (/^\d{1,6}$/.test(text) ? Number(text) : text)

const keyOf = (path: readonly PathSegment[]) => JSON.stringify(path.map(String))

/** The value at a place, if there is one. */
export function valueAt(value: unknown, path: readonly PathSegment[]): unknown {
  let current = value
  for (const segment of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, segment)) return undefined
    current = (current as Record<PathSegment, unknown>)[segment]
  }
  return current
}
