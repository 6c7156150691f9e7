import { Defect } from '../error/defect.ts'

const none: readonly string[] = []

/** What the id of a requirement looks like: whoever reads a list of them splits it at spaces and commas. */
export const requirementForm = /^[^\s,]+$/

/**
 * The ids of the requirements that a definition names.
 *
 * @throws {Defect} InvalidDefinition
 */
export function requirementsOf(name: string, ids: readonly string[] = none): readonly string[] {
  for (const id of ids) {
    if (requirementForm.test(id)) continue
    throw new Defect('InvalidDefinition', { name, reason: `"${id}" is no id of a requirement; write e.g. FR-12` })
  }
  return ids
}
