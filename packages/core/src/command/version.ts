import { Defect } from '../error/defect.ts'
import type { CommandFacts } from './types.ts'

/** @throws {Defect} InvalidDefinition, for a version that is no whole number from 1 on */
export function versionOf(name: string, version: number): number {
  if (Number.isSafeInteger(version) && version >= 1) return version
  throw new Defect('InvalidDefinition', { name, reason: `its version is ${version}; write 1, 2, …` })
}

/** The name of a command in a version of its own: `bank.TransferMoney` in version 1 is `bank.TransferMoneyV1`. */
export const versionedName = (name: string, version: number): string => `${name}V${version}`

/**
 * What a command is a version of: `bank.TransferMoney` for `bank.TransferMoneyV1` in version 1, and for itself. Undefined
 * for a command that states no version.
 */
export function unversionedName({ name, version }: Pick<CommandFacts, 'name' | 'version'>): string | undefined {
  if (version === undefined) return undefined
  const suffix = `V${version}`
  return name.endsWith(suffix) ? name.slice(0, -suffix.length) : name
}
