import { Defect, parseDuration } from '@heddle/core'
import { z } from 'zod'

/** A duration in the settings of a source or sink, e.g. `10s`. */
export const durationText = z
  .string()
  .regex(/^\d+(?:\.\d+)?(?:ms|s|m|h|d|w)$/, 'A duration is written like 250ms, 2s or 7d')

/** A number of bytes in settings, e.g. `64MiB`. */
export const sizeText = z
  .string()
  .regex(/^\d+(?:\.\d+)?(?:B|KiB|MiB|GiB)$/, 'A size is written like 512B, 64KiB, 8MiB or 1GiB')

const unitBytes: Readonly<Record<string, number>> = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 }

/** Reads what `durationText` takes, in milliseconds; undefined stays so. */
export const readDuration = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : parseDuration(text)

/**
 * Reads what `sizeText` takes, in bytes; undefined stays so.
 *
 * @throws {Defect} InvalidDefinition
 */
export function readSize(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)(B|KiB|MiB|GiB)$/.exec(text) ?? []
  if (amount === undefined) {
    throw new Defect('InvalidDefinition', { name: `"${text}"`, reason: 'a size is written like 512B, 64KiB or 8MiB' })
  }
  return Math.round(Number(amount) * unitBytes[unit]!)
}
