import { buildManifest } from '../manifest/build.ts'
import type { App, AppDefinition } from './app.ts'
import { collect } from './collect.ts'
import { assertWhole } from './graph.ts'
import { openApp } from './open.ts'

/**
 * Declares what exists and on which engines it runs. Importing it starts nothing.
 *
 * @example
 * export default app('bank', { parts: [bank, http()], database: sqlite() })
 */
export function app(name: string, definition: AppDefinition): App {
  return {
    kind: 'app',
    name,
    definition,
    manifest() {
      const collected = collect(definition)
      assertWhole(collected)
      return buildManifest(name, collected.described)
    },
    open: (options) => openApp(name, definition, options),
  }
}

/** Whether a value is a declared app. */
export const isApp = (value: unknown): value is App =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'app'
