import { Defect, type Manifest } from '@heddle/core'
import type { z } from 'zod'
import type { JsonSchema } from '../../cli/json-schema.ts'
import { beyondLimits, maxManifestBytes, type Wrong } from './limits.ts'
import { ManifestShape } from './part-shapes.ts'
import { wrongReferences } from './type-rules.ts'

/**
 * Takes JSON from outside for a manifest. It is the one place where this is done: whatever is made of a manifest afterwards
 * (modules, clients, documents, calls) may rely on names, types and sizes.
 *
 * @param where it comes from, for the message
 * @throws {Defect} InvalidDefinition, with the place that is wrong
 */
export function readManifest(json: unknown, where: string): Manifest {
  const wrong = beyondLimits(json) ?? wrongShape(json) ?? wrongNames(json as Manifest) ?? wrongTypes(json as Manifest)
  // As it was told: Zod would put its fields into another order.
  if (!wrong) return { ...(json as Manifest), parts: { command: {}, ...(json as Manifest).parts } }
  throw invalid(where, `${wrong.reason} (at ${placeText(wrong.path)})`)
}

/**
 * Takes a text from outside for a manifest.
 *
 * @param text undefined for one that is larger than is read
 * @throws {Defect} InvalidDefinition, with the place that is wrong
 */
export function parseManifest(text: string | undefined, where: string): Manifest {
  // A text of so many letters has as many bytes at least.
  if (text === undefined || text.length > maxManifestBytes)
    throw invalid(where, `it is larger than ${maxManifestBytes} bytes`)
  return readManifest(parsed(where, text), where)
}

function parsed(where: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch (thrown) {
    throw invalid(where, `it is no JSON (${(thrown as Error).message})`)
  }
}

const invalid = (where: string, reason: string) =>
  new Defect('InvalidDefinition', { name: where, reason: `it is no manifest of format 1: ${reason}` })

function wrongShape(json: unknown): Wrong | undefined {
  const read = ManifestShape.safeParse(json)
  return read.success ? undefined : deepest(read.error.issues[0]!, [])
}

/** What is wrong inside of the last alternative says more than that none fits. */
function deepest(issue: z.core.$ZodIssue, before: readonly PropertyKey[]): Wrong {
  const path = [...before, ...issue.path]
  const inner = issue.code === 'invalid_union' ? issue.errors.at(-1)?.[0] : undefined
  if (inner) return deepest(inner, path)
  const told = issue.code === 'invalid_key' ? issue.issues[0]?.message : undefined
  return { path, reason: told ?? issue.message }
}

/** Sections stand under their own names, and names begin with their domain. */
function wrongNames({ parts }: Manifest): Wrong | undefined {
  for (const kind of ['command', 'event', 'workflow']) {
    for (const [key, section] of Object.entries(parts[kind] ?? {})) {
      const { name, domain } = section as { readonly name: string; readonly domain?: string }
      if (name !== key) return { path: ['parts', kind, key, 'name'], reason: `${key} was expected` }
      const own = /^(?:[a-z]\w*\.)*/.exec(name)![0].slice(0, -1)
      if (kind !== 'workflow' && domain !== own)
        return { path: ['parts', kind, key, 'domain'], reason: `${own} was expected` }
    }
  }
  return undefined
}

type Sections = Readonly<Record<string, Readonly<Record<string, unknown>>>>

function wrongTypes({ parts }: Manifest): Wrong | undefined {
  for (const [kind, typesOf] of Object.entries(typesIn)) {
    for (const [name, section] of Object.entries((parts[kind] ?? {}) as unknown as Sections)) {
      for (const [path, type] of typesOf(section)) {
        const wrong = wrongReferences(type as JsonSchema)
        if (wrong) return { path: ['parts', kind, name, ...path, ...wrong.path], reason: wrong.reason }
      }
    }
  }
  return undefined
}

type Types = readonly (readonly [path: readonly string[], type: unknown])[]

const each = (field: string, part: unknown, inner?: string): Types =>
  Object.entries((part ?? {}) as Sections).map(([name, type]) =>
    inner === undefined ? [[field, name], type] : [[field, name, inner], type[inner]],
  )

/** Where the types of a section stand, by the kind of its part. */
const typesIn: Readonly<Record<string, (section: Readonly<Record<string, unknown>>) => Types>> = {
  command: ({ input, output, errors }) => [[['input'], input], ...answers(output), ...each('errors', errors, 'data')],
  event: ({ data }) => [[['data'], data]],
  entity: ({ fields }) => each('fields', fields, 'schema'),
  workflow: ({ input, output, signals }) => [[['input'], input], [['output'], output], ...each('signals', signals)],
}

function answers(output: unknown): Types {
  const { stream } = output as { readonly stream?: { readonly item: unknown; readonly final: unknown } }
  if (!stream) return [[['output'], output]]
  return [
    [['output', 'stream', 'item'], stream.item],
    [['output', 'stream', 'final'], stream.final],
  ]
}

/** A place as it is told; the middle of a long one is left out. */
function placeText(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'the top'
  const names = path.map((name) => (String(name).length > 80 ? `${String(name).slice(0, 80)}…` : String(name)))
  return (names.length > 12 ? [...names.slice(0, 8), '…', ...names.slice(-2)] : names).join('/')
}
