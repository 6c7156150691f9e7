import type { Fills } from '@heddle/data'
import { usageFailure } from '@heddle/serve'

type Fill = Fills[string]

/**
 * Reads what old records get in a new field: `bank.Account.limit=100` is a value, `bank.Account.limit=@bank.SetLimits`
 * is a command that fills it.
 *
 * @throws {Failure} InvalidUsage
 */
export function parseFills(pairs: readonly string[]): Fills {
  const fills: Record<string, Fill> = {}
  for (const pair of pairs) {
    const [, field, text = ''] = /^([\w.]+)=(.*)$/s.exec(pair) ?? []
    if (field === undefined)
      throw usageFailure(`--fill is written entity.field=value or entity.field=@command, not "${pair}"`)
    fills[field] = text.startsWith('@') ? { command: text.slice(1) } : { value: scalar(text) }
  }
  return fills
}

/** Numbers, booleans and null as JSON writes them; everything else is text. */
function scalar(text: string): string | number | boolean | null {
  if (!/^(?:-?\d|true$|false$|null$|")/.test(text)) return text
  try {
    return JSON.parse(text) as string | number | boolean | null
  } catch {
    return text
  }
}
