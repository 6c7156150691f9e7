import { Defect } from '../error/defect.ts'

const unitMs: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }

/**
 * Reads a duration such as `250ms`, `2s`, `1.5h` or `7d`, in milliseconds.
 *
 * @throws {Defect} InvalidDefinition
 */
export function parseDuration(text: string): number {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d|w)$/.exec(text) ?? []
  if (amount === undefined) {
    throw new Defect('InvalidDefinition', { name: `"${text}"`, reason: 'a duration is written like 250ms, 2s or 7d' })
  }
  return Number(amount) * unitMs[unit]!
}
