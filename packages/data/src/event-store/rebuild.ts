import { type OpenApp, systemFailure } from '@heddle/core'
import type { ProjectionPart } from './projection-instance.ts'

/**
 * Removes a view and folds it anew from the first event that is kept. Readers see it grow meanwhile.
 *
 * @throws {Failure} NotFound, when the app has no projection of that name
 * @example await rebuildProjection(bank, 'bank.ShowBalances')
 */
export async function rebuildProjection(app: OpenApp, name: string): Promise<void> {
  const part = app.parts.find((one): one is ProjectionPart => one.name === name && 'rebuild' in one)
  if (!part) throw systemFailure('NotFound', { entity: 'projection', key: name })
  await part.rebuild()
}
