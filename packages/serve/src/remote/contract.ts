import { type Command, type CommandSection, contract, Defect, type Failure, type Manifest } from '@heddle/core'
import { factsOf } from './facts-of.ts'
import { readGiven } from './given-manifest.ts'
import type { TextFormats } from './type-from-json.ts'

/** What `heddle remote add` writes of another app: its manifest, and where it was fetched from. */
export type RemoteManifest = Omit<Manifest, 'parts'> & {
  readonly parts: { readonly [kind: string]: { readonly [name: string]: unknown } }
  /** An address, or a path relative to the file that holds this. */
  readonly from?: string
  /** The types of this app for texts of a format. */
  readonly formats?: TextFormats
}

/** The commands that were read of a manifest, so that it is looked at once. */
const known = new WeakMap<object, ReadonlyMap<string, CommandSection>>()

/**
 * A command of another app, to be called by its types: `heddle remote add` writes one for each. The app that lists the
 * `remote` part of the same manifest implements it.
 *
 * @param name what it is called here: with its prefix, where it has one
 * @throws {Defect} InvalidDefinition
 * @example
 * export const charge = remoteContract<'billing.Charge', ChargeInput, ChargeValue, ChargeErrors>('billing.Charge', manifest)
 */
export function remoteContract<
  const Name extends string,
  Input,
  Value,
  Own extends Failure | never = never,
  Item = never,
>(name: Name, manifest: RemoteManifest, prefix?: string): Command<Name, Input, Value, Own, never, Item> {
  const section = sectionsOf(manifest).get(prefix === undefined ? name : name.slice(prefix.length + 1))
  if (!section) {
    const reason = `the manifest of ${manifest.app} names no such command`
    throw new Defect('InvalidDefinition', { name, reason })
  }
  const declared = contract(name, factsOf(section, manifest.formats))
  // The types are those that were written from the same section.
  return { ...declared, toldErrors: section.possibleErrors } as unknown as Command<Name, Input, Value, Own, never, Item>
}

function sectionsOf(manifest: RemoteManifest): ReadonlyMap<string, CommandSection> {
  const found = known.get(manifest)
  if (found) return found
  const { parts } = readGiven(manifest, `the manifest of ${manifest.app}`)
  const sections = new Map(Object.entries(parts['command'] as unknown as Readonly<Record<string, CommandSection>>))
  known.set(manifest, sections)
  return sections
}
