import { type CommandSection, Defect, type Manifest, systemErrors } from '@heddle/core'
import { z } from 'zod'

const Type = z.looseObject({})
/** Names become source code in modules that are written, and addresses in calls: only such as `command` takes are read. */
const Name = z
  .string()
  .regex(/^(?:[a-z][A-Za-z0-9]*\.){1,2}[A-Z][A-Za-z0-9]*$/, 'a command is called like billing.Charge')
const Code = z.string().regex(/^[A-Z][A-Za-z0-9]*$/, 'an error code is written in PascalCase')
const ErrorType = z.looseObject({ data: Type })
/** What is read of a command's section; the rest is kept as it is. */
const Section = z.looseObject({
  name: Name,
  kind: z.enum(['command', 'query']),
  idempotent: z.boolean(),
  destructive: z.boolean(),
  access: z.string(),
  input: Type,
  output: z.union([z.object({ stream: z.object({ item: Type, final: Type }) }), Type]),
  errors: z.record(Code, ErrorType),
  possibleErrors: z.array(z.string()),
  examples: z.array(z.unknown()),
  hash: z.string(),
})
const Told = z.looseObject({
  heddle: z.literal(1),
  app: z.string(),
  hash: z.string(),
  parts: z.looseObject({ command: z.record(Name, Section).default({}) }),
})

/**
 * Takes JSON for a manifest.
 *
 * @param where it comes from, for the message
 * @throws {Defect} InvalidDefinition
 */
export function readManifest(json: unknown, where: string): Manifest {
  const read = Told.safeParse(json)
  // As it was told: Zod would put its fields into another order.
  if (read.success) return { ...(json as Manifest), parts: { command: {}, ...(json as Manifest).parts } }
  const [issue] = read.error.issues
  const reason = `it is no manifest of format 1: ${issue!.message} (at ${issue!.path.join('/') || 'the top'})`
  throw new Defect('InvalidDefinition', { name: where, reason })
}

/**
 * The commands of a manifest that can be called from outside, by name.
 *
 * @param only those, where they are named
 * @throws {Defect} InvalidDefinition, for a name that the manifest does not have
 */
export function callableSections(
  manifest: Manifest,
  name: string,
  only?: readonly string[],
): readonly CommandSection[] {
  const { app, parts } = manifest
  if (servesRoutesAlone(manifest)) {
    const reason = `${app} serves its commands at routes of its own alone, which are not called`
    throw new Defect('InvalidDefinition', { name: `remote ${name}`, reason })
  }
  const all = (parts['command'] ?? {}) as unknown as Readonly<Record<string, CommandSection>>
  for (const wanted of only ?? []) {
    if (Object.hasOwn(all, wanted)) continue
    const reason = `the manifest of ${app} names no command ${wanted} that can be called from outside`
    throw new Defect('InvalidDefinition', { name: `remote ${name}`, reason })
  }
  const wanted = only && new Set(only)
  return Object.values(all).filter((section) => (wanted ? wanted.has(section.name) : isMeant(section)))
}

/** Whether the surface that a manifest was told by has other addresses than those of the commands. */
const servesRoutesAlone = ({ surface, parts }: Manifest): boolean =>
  surface !== undefined &&
  (parts['surface']?.[surface] as { readonly commands?: unknown } | undefined)?.commands === 'routes'

/** What operators call is not brought in by itself, nor what nobody may call. */
const isMeant = (section: CommandSection) => section.access !== 'closed' && section.domain !== 'heddle'

/** The declared errors of a section, without those that have become Heddle's own. */
export const declaredErrors = ({ errors }: CommandSection) =>
  Object.entries(errors).filter(([code]) => !Object.hasOwn(systemErrors, code))
