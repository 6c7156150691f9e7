import type { CommandSection } from '../manifest/describe-command.ts'
import type { CommandChange } from './compare-command.ts'

/** What callers and engines rely on besides types: kind, idempotence, and whether they are asked first. */
export function compareFacts(before: CommandSection, after: CommandSection): CommandChange[] {
  const changes: CommandChange[] = []
  if (before.kind !== after.kind) {
    const reason =
      after.kind === 'query'
        ? 'Surfaces serve queries in another way (HTTP: GET), so callers of the command have to change.'
        : 'It may write now and is no longer served by GET, cached or retried as a query.'
    changes.push({ level: 'breaking', change: `kind: ${before.kind} → ${after.kind}`, reason })
  }
  if (before.idempotent !== after.idempotent) {
    changes.push({
      level: after.idempotent ? 'safe' : 'breaking',
      change: `idempotent: ${before.idempotent} → ${after.idempotent}`,
      reason: after.idempotent
        ? 'Callers may repeat it now; those who do not lose nothing.'
        : 'Callers that repeat it without an idempotency key would do it twice.',
    })
  }
  if (before.destructive !== after.destructive) {
    changes.push({
      level: after.destructive ? 'breaking' : 'safe',
      change: `destructive: ${before.destructive} → ${after.destructive}`,
      reason: after.destructive
        ? 'Surfaces ask before they run it, so a script that calls it stops at the question.'
        : 'Surfaces no longer ask before they run it.',
    })
  }
  return [...changes, ...compareVersion(before, after), ...compareSunset(before, after)]
}

function compareVersion({ version: was }: CommandSection, { version: is }: CommandSection): CommandChange[] {
  if (was === is) return []
  const change = `version: ${was ?? 'none'} → ${is ?? 'none'}`
  return was === undefined
    ? [{ level: 'safe', change, reason: 'It has one more address.' }]
    : [{ level: 'breaking', change, reason: `Callers of version ${was} reach another command, or nobody.` }]
}

function compareSunset({ deprecated: was }: CommandSection, { deprecated: is }: CommandSection): CommandChange[] {
  if (!is || is.sunset === was?.sunset) return []
  const change = `sunset: ${was?.sunset ?? 'none'} → ${is.sunset ?? 'none'}`
  const isSooner = was?.sunset !== undefined && is.sunset !== undefined && is.sunset < was.sunset
  return isSooner
    ? [{ level: 'breaking', change, reason: `Callers were promised that it answers until ${was.sunset}.` }]
    : [{ level: 'safe', change, reason: 'It answers as before; callers are told until when at least.' }]
}
