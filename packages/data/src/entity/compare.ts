import type { Comparison, Verdict } from '@heddle/core'

/** What each change of an entity means for the records that are stored. */
export function compareEntities({ before, after }: Comparison): Verdict[] {
  void before
  void after
  return []
}
