import { z } from 'zod'
import type { Block, TypeEntry, TypeExample } from './entry.ts'
import { nameType, registerType } from './registry.ts'

/** What is said of each name. */
interface Described {
  /** One sentence. */
  readonly summary: string
  /** Other words by which it is found. */
  readonly tags?: readonly string[]
}

/** A type under a name. */
export interface NamedTypeOptions<T extends z.ZodType> extends Described, Omit<TypeExample, 'args'> {
  readonly type: T
}

/**
 * Registers a type under a name and gives it back.
 *
 * @throws {Defect} DuplicateName, InvalidDefinition
 * @example
 * export const Sku = namedType('Sku', {
 *   summary: 'A stock keeping unit.',
 *   type: z.string().regex(/^[A-Z]{3}-\d{4}$/, 'expected three capitals, a dash and four digits'),
 *   takes: ['ABC-1234'],
 *   refuses: ['abc'],
 * })
 */
export function namedType<T extends z.ZodType>(name: string, options: NamedTypeOptions<T>): T {
  const { summary, tags = [], type, ...example } = options
  registerType({ name, kind: 'type', summary, tags, make: () => type, examples: [example] })
  nameType(type, name)
  return type
}

/** Something under a name that is made from arguments. */
export interface MakerOptions<Args extends z.ZodObject, Made> extends Described {
  /** The type of the arguments, with their defaults. @default none are taken */
  readonly args?: Args
  make(args: z.output<Args>): Made
  readonly examples: readonly TypeExample[]
}

/** One block, or several that are added in their order: `z.string().check(...length({ min: 1, max: 64 }))`. */
type Blocks = Block<never> | readonly Block<never>[]

/** A validator or transformer. */
export interface BlockOptions<Args extends z.ZodObject, Made extends Blocks> extends MakerOptions<Args, Made> {
  /** What it is added to where it stands alone. @default z.string() */
  readonly on?: z.ZodType
}

/** A function that takes arguments; none where all of them may be left out. */
type Maker<Args extends z.ZodObject, Made> =
  Record<string, never> extends z.input<Args> ? (args?: z.input<Args>) => Made : (args: z.input<Args>) => Made

/**
 * Registers a caster: a type that takes what can be read as its value and gives the value.
 *
 * @throws {Defect} DuplicateName, InvalidDefinition
 */
export function caster<T extends z.ZodType, Args extends z.ZodObject = z.ZodObject<{}>>(
  name: string,
  options: MakerOptions<Args, T>,
): Maker<Args, T> {
  return maker(name, 'caster', options)
}

/**
 * Registers a type that is made from arguments, e.g. a list of something.
 *
 * @throws {Defect} DuplicateName, InvalidDefinition
 */
export function typeMaker<T extends z.ZodType, Args extends z.ZodObject = z.ZodObject<{}>>(
  name: string,
  options: MakerOptions<Args, T>,
): Maker<Args, T> {
  return maker(name, 'type', options)
}

/**
 * Registers a validator: a check that can be added to any type of its values.
 *
 * @throws {Defect} DuplicateName, InvalidDefinition
 */
export function validator<Made extends Blocks, Args extends z.ZodObject = z.ZodObject<{}>>(
  name: string,
  options: BlockOptions<Args, Made>,
): Maker<Args, Made> {
  return maker(name, 'validator', options, options.on)
}

/**
 * Registers a transformer: a change of a value within its type, in the order in which it is added.
 *
 * @throws {Defect} DuplicateName, InvalidDefinition
 * @example
 * export const reverse = transformer('reverse', {
 *   summary: 'Turns a text around.',
 *   make: () => z.overwrite((text) => [...text].toReversed().join('')),
 *   examples: [{ turns: [['abc', 'cba']] }],
 * })
 * z.string().check(reverse()).parse('abc') // 'cba'
 */
export function transformer<Made extends Blocks, Args extends z.ZodObject = z.ZodObject<{}>>(
  name: string,
  options: BlockOptions<Args, Made>,
): Maker<Args, Made> {
  return maker(name, 'transformer', options, options.on)
}

const noArgs = z.strictObject({})

function maker<Args extends z.ZodObject, Made extends z.ZodType | Blocks>(
  name: string,
  kind: TypeEntry['kind'],
  { summary, tags = [], args, make, examples }: MakerOptions<Args, Made>,
  on?: z.ZodType,
): Maker<Args, Made> {
  const isBlock = kind === 'validator' || kind === 'transformer'
  registerType({
    name,
    kind,
    summary,
    tags,
    ...(args && { args }),
    ...(isBlock && { on: on ?? z.string() }),
    make: make as TypeEntry['make'],
    examples,
  })
  const type: z.ZodObject = args ?? noArgs
  return ((given: z.input<Args> = {} as z.input<Args>) => make(type.parse(given) as z.output<Args>)) as Maker<
    Args,
    Made
  >
}
