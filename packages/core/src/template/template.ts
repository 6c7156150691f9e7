import type { z } from 'zod'
import type { Part } from '../app/part.ts'
import { typesOnly } from '../command/command.ts'
import { domainOf } from '../command/name.ts'
import type { AnyCommand, Command } from '../command/types.ts'
import { below } from '../error/below.ts'
import { Defect } from '../error/defect.ts'
import { systemFailure } from '../error/failure.ts'
import { inputFailures } from '../error/input-failure.ts'
import { type AnyFailure, failed, type Outcome, success } from '../outcome/outcome.ts'
import { compileSchema, Issues } from '../schema/compile/index.ts'
import { jsonSchemaOf } from '../schema/json-schema.ts'
import { toJson } from '../schema/to-json.ts'
import { templateKind } from './compare.ts'

/** What a template's definition consists of. */
export interface TemplateDefinition<Config extends z.ZodType, Built extends AnyCommand> {
  /** One line. */
  readonly summary?: string
  /** More, in Markdown. */
  readonly description?: string
  /** Other names under which people look for it. */
  readonly aliases?: readonly string[]
  readonly tags?: readonly string[]
  /** What can be set. A form is made from it. */
  readonly config: Config
  /** Configs to show in documents and to try. */
  readonly examples?: readonly z.input<Config>[]
  /** Makes the command of a config that fits its type. It declares and starts nothing. */
  build(config: z.output<Config>): Built
}

/** A command under another name. */
export type Renamed<Built extends AnyCommand, Name extends string> =
  Built extends Command<string, infer Input, infer Value, infer Own, infer Called, infer Item>
    ? Command<Name, Input, Value, Own, Called, Item>
    : never

/** A parameterized command: config in, command out. A part of an app, so that it can be listed and found. */
export interface Template<Config extends z.ZodType = z.ZodType, Built extends AnyCommand = AnyCommand> extends Part {
  readonly name: string
  readonly summary: string
  readonly aliases: readonly string[]
  readonly tags: readonly string[]
  readonly config: Config
  /**
   * The command of a config. Give each one a name of its own where an app has several of a template.
   *
   * @throws {Defect} InvalidDefinition
   */
  configure(config: z.input<Config>): Built
  configure<const Name extends string>(config: z.input<Config>, name: Name): Renamed<Built, Name>
  /** The same from JSON: what is wrong comes back with its path. */
  configureFrom(json: unknown, name?: string): Outcome<Built, AnyFailure>
}

/** A template of whatever types. */
export type AnyTemplate = Template<z.ZodType, AnyCommand>

/**
 * Declares a parameterized command: it can be listed, searched, configured in code, JSON or a form, and used to build
 * others.
 *
 * @throws {Defect} InvalidDefinition
 * @example
 * export const normalize = template('text.Normalize', {
 *   summary: 'Bring text into one form',
 *   aliases: ['clean'],
 *   tags: ['text'],
 *   config: z.object({ lower: z.boolean().default(true) }),
 *   build: ({ lower }) =>
 *     command('text.Normalize', {
 *       input: z.object({ text: z.string() }),
 *       output: z.string(),
 *       run: ({ input: { text } }) => (lower ? text.toLowerCase() : text).trim(),
 *     }),
 * })
 * export const normalizeTitle = normalize.configure({ lower: false }, 'blog.NormalizeTitle')
 */
export function template<Config extends z.ZodType, Built extends AnyCommand>(
  name: string,
  definition: TemplateDefinition<Config, Built>,
): Template<Config, Built> {
  const { summary = '', description, aliases = [], tags = [], config, examples = [] } = definition
  domainOf(name)
  const check = (given: unknown) => compileSchema(config, { unknownKeys: 'strict' }).run(given)

  return {
    kind: templateKind,
    name,
    summary,
    aliases,
    tags,
    config,
    describe: () => ({
      name,
      summary,
      ...(description !== undefined && { description }),
      aliases: [...aliases],
      tags: [...tags],
      config: jsonSchemaOf(config, 'input'),
      examples: examples.map(toJson),
    }),
    configure(given: z.input<Config>, as?: string) {
      const checked = check(given)
      if (!(checked instanceof Issues)) return build(checked, as) as never
      const { path, message } = checked.issues[0]!
      const place = path.length === 0 ? '' : ` (at ${path.join('/')})`
      throw new Defect('InvalidDefinition', { name: `the config of ${name}`, reason: `${message}${place}` })
    },
    configureFrom(json, as) {
      const checked = check(json)
      if (checked instanceof Issues) return failed(inputFailures(checked).map((failure) => below(['config'], failure)))
      try {
        return success(build(checked, as))
      } catch (thrown) {
        // What only `build` can see, e.g. two settings that exclude each other, or a name that is none.
        if (!(thrown instanceof Defect)) throw thrown
        return failed([systemFailure('Invalid', thrown.data, { path: ['config'], message: thrown.message })])
      }
    },
  }

  function build(checked: z.output<Config>, as: string | undefined): Built {
    const built = definition.build(checked)
    const full = as ?? built.name
    const madeFrom = { template: name, config: toJson(checked) }
    return { ...built, name: full, domain: domainOf(full), types: typesOnly, madeFrom }
  }
}
