import type { z } from 'zod'
import { Defect } from '../error/defect.ts'
import type { Block, TypeEntry } from './entry.ts'
import { listTypes, typeEntry } from './registry.ts'
import type { NamedTypeData, TypeData } from './type-data.ts'

/**
 * Makes the type that data describes. A validator or transformer alone stands on the type it is for; in a list, blocks
 * are added to the type before them in their order, and a type behind a type takes what that one gives.
 *
 * @throws {Defect} InvalidDefinition, which names what is unknown or wrong, and where
 * @example parseType(['string', 'strip', { type: 'length', min: 1, max: 64 }])
 */
export function parseType(data: TypeData): z.ZodType {
  const steps = Array.isArray(data) ? (data as readonly (string | NamedTypeData)[]) : [data as string | NamedTypeData]
  const type = steps.reduce<z.ZodType | undefined>((before, step) => addStep(before, step), undefined)
  if (type === undefined) throw invalid('a type', 'an empty list is none')
  return type
}

/**
 * The type of a registered name.
 *
 * @throws {Defect} InvalidDefinition
 * @example type('length', { min: 1, max: 64 }).parse('abc')
 */
export function type(name: string, args?: Readonly<Record<string, unknown>>): z.ZodType {
  return parseType({ ...args, type: name })
}

function addStep(before: z.ZodType | undefined, step: string | NamedTypeData): z.ZodType {
  const { type: name, ...args } = typeof step === 'string' ? { type: step } : step
  const entry = typeEntry(name)
  if (!entry) throw invalid(`the type "${name}"`, `there is none of this name${nearest(name)}`)
  return makeType(entry, args, before)
}

/** The type of an entry, on top of what stands before it. */
export function makeType(
  entry: TypeEntry,
  args: Readonly<Record<string, unknown>> = {},
  before?: z.ZodType,
): z.ZodType {
  const made = entry.make(checkedArgs(entry, args))
  if (!entry.on) return before ? before.pipe(made as never) : (made as z.ZodType)
  const blocks = (Array.isArray(made) ? made : [made]) as readonly Block[]
  return (before ?? entry.on).check(...(blocks as readonly never[]))
}

function checkedArgs({ name, args }: TypeEntry, given: Readonly<Record<string, unknown>>): unknown {
  const known = args ? Object.keys(args.shape) : []
  const unknown = Object.keys(given).find((argument) => !known.includes(argument))
  if (unknown !== undefined) {
    const takes = known.length > 0 ? `it takes ${known.join(', ')}` : 'it takes none'
    throw invalid(`the type "${name}"`, `it has no argument "${unknown}": ${takes}`)
  }
  if (!args) return {}
  const checked = args.safeParse(given)
  if (checked.success) return checked.data
  const reasons = checked.error.issues.map(({ path, message }) => `${path.join('/') || 'its arguments'}: ${message}`)
  throw invalid(`the type "${name}"`, reasons.join('; '))
}

const invalid = (name: string, reason: string) => new Defect('InvalidDefinition', { name, reason })

/** Names that differ only in how they are written, or that begin alike. */
function nearest(name: string): string {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
  const wanted = plain(name)
  const found = listTypes().find(
    (entry) => plain(entry.name) === wanted || (wanted.length > 2 && plain(entry.name).startsWith(wanted)),
  )
  return found ? `; did you mean "${found.name}"?` : ''
}
