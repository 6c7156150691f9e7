import type { Part } from '../app/part.ts'
import { Defect } from '../error/defect.ts'
import { templateKind } from './compare.ts'
import type { AnyTemplate } from './template.ts'

/** Whether a part is a template. */
export const isTemplate = (part: Part): part is AnyTemplate => part.kind === templateKind

/**
 * The templates among the parts of an app, in the order of their names.
 *
 * @throws {Defect} DuplicateName, when two go by one name or alias
 * @example const templates = templatesOf(bank.parts().parts)
 */
export function templatesOf(parts: readonly Part[]): readonly AnyTemplate[] {
  const templates = parts.filter(isTemplate).sort((a, b) => (a.name < b.name ? -1 : 1))
  const names = templates.flatMap(({ name, aliases }) => [name, ...aliases]).map((name) => name.toLowerCase())
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw new Defect('DuplicateName', { name: `template ${twice}` })
  return templates
}

/** The template of a name or alias, in whatever case. */
export function findTemplate(templates: readonly AnyTemplate[], nameOrAlias: string): AnyTemplate | undefined {
  const wanted = nameOrAlias.toLowerCase()
  return templates.find(({ name, aliases }) => [name, ...aliases].some((known) => known.toLowerCase() === wanted))
}

/**
 * The templates in which each word of a text is found: those with all words in name or alias first, then tags, then
 * summary.
 *
 * @example searchTemplates(templates, 'clean text').map(({ name }) => name) // ['text.Normalize']
 */
export function searchTemplates(templates: readonly AnyTemplate[], text: string): readonly AnyTemplate[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const rank = ({ name, aliases, tags, summary }: AnyTemplate): number => {
    const places = [[name, ...aliases], tags, [summary]].map((texts) => texts.join(' ').toLowerCase())
    const ranks = words.map((word) => places.findIndex((place) => place.includes(word)))
    return ranks.includes(-1) ? Infinity : Math.max(0, ...ranks)
  }
  return templates
    .map((found) => ({ found, place: rank(found) }))
    .filter(({ place }) => place < Infinity)
    .sort((a, b) => a.place - b.place)
    .map(({ found }) => found)
}
