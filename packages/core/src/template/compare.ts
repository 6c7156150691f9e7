import type { PartKind, Sections } from '../app/part.ts'
import { findRefusals } from '../check/compare-schema.ts'
import { added, removed } from '../check/presence.ts'
import type { Verdict } from '../check/verdict.ts'
import type { JsonSchema } from '../schema/json-schema.ts'

/** How templates are compared: configs that are kept elsewhere, e.g. in pipelines, must still be accepted. */
export const templateKind: PartKind = {
  name: 'template',
  compare: ({ before, after }) => compareTemplates(before, after),
}

interface TemplateSection {
  readonly hash: string
  readonly config: JsonSchema
}

function compareTemplates(before: Sections, after: Sections): Verdict[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()
  return names.flatMap((name): Verdict[] => {
    const item = `template ${name}`
    const [old, now] = [before[name], after[name]] as unknown as [TemplateSection?, TemplateSection?]
    if (!now) return [removed(item, 'What names it can no longer be built. Keep it until nothing does.')]
    if (!old) return [added(item)]
    if (old.hash === now.hash) return []
    const refusals = findRefusals(old.config, now.config).map(({ path, what, from, to }): Verdict => ({
      item,
      level: 'breaking',
      change: `${['config', ...path].join('/')}: ${what} ${from} → ${to}`,
      reason: 'Configs that were accepted so far may be refused.',
    }))
    if (refusals.length > 0) return refusals
    return [{ item, level: 'safe', change: 'described otherwise', reason: 'Every config is still accepted.' }]
  })
}
