import type { Comparison, PartKind } from '../app/part.ts'
import type { Manifest } from '../manifest/manifest.ts'
import { removed } from './presence.ts'
import type { Verdict, VerdictLevel } from './verdict.ts'

/** What is at hand besides the two manifests: of the deployed system, and of the new app. */
export type CheckOptions = Pick<Comparison, 'ports' | 'migrations' | 'parts' | 'ask'>

/**
 * Compares what is deployed with what is about to be, part kind by part kind.
 *
 * @param kinds the part kinds of the new app
 * @param options for kinds that look into the deployed database, or at the migrations that are to be applied to it
 * @example
 * const verdicts = await checkManifests(deployed, app.manifest(), [commandKind])
 * process.exitCode = summarize(verdicts).exitCode
 */
export async function checkManifests(
  before: Manifest,
  after: Manifest,
  kinds: readonly PartKind[],
  options: CheckOptions = {},
): Promise<Verdict[]> {
  const byName = new Map(kinds.map((kind) => [kind.name, kind]))
  const names = [...new Set([...Object.keys(before.parts), ...Object.keys(after.parts)])].sort()
  const verdicts: Verdict[] = []
  for (const name of names) {
    const kind = byName.get(name)
    const sections = { before: before.parts[name] ?? {}, after: after.parts[name] ?? {} }
    if (kind) {
      verdicts.push(...(await kind.compare({ ...sections, beforeManifest: before, afterManifest: after, ...options })))
    } else {
      const reason = `The app no longer has parts of the kind ${name}, so nothing can say what becomes of it.`
      for (const part of Object.keys(sections.before)) verdicts.push(removed(`${name} ${part}`, reason))
    }
  }
  return verdicts
}

/** What a check comes to. */
export interface CheckSummary {
  /** The worst level among the verdicts. */
  readonly level: VerdictLevel
  /** 0 safe, 1 a migration is needed, 2 breaking. */
  readonly exitCode: 0 | 1 | 2
}

const exitCodes = { safe: 0, migration: 1, breaking: 2 } as const satisfies Record<VerdictLevel, number>

/** The worst of all verdicts; without any, all is safe. */
export function summarize(verdicts: readonly Verdict[]): CheckSummary {
  let level: VerdictLevel = 'safe'
  for (const verdict of verdicts) if (exitCodes[verdict.level] > exitCodes[level]) level = verdict.level
  return { level, exitCode: exitCodes[level] }
}
