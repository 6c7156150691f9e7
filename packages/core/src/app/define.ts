import { assertTenancy } from '../call/tenancy.ts'
import { Defect } from '../error/defect.ts'
import { buildManifest } from '../manifest/build.ts'
import type { App, AppDefinition, AppParts } from './app.ts'
import { assertGrants } from './grants.ts'
import { collect } from './collect.ts'
import { assertWhole } from './graph.ts'
import { openApp } from './open.ts'

/**
 * Declares what exists and on which engines it runs. Importing it starts nothing.
 *
 * @example
 * export default app('bank', { parts: [bank, http()], database: sqlite() })
 * @throws {Defect} InvalidDefinition, when something among the parts cannot be one
 */
export function app(name: string, definition: AppDefinition): App {
  assertParts(name, definition.parts)
  assertTenancy(name, definition.tenancy)
  assertGrants(name, definition.grants)
  return {
    kind: 'app',
    name,
    definition,
    manifest() {
      const collected = collect(definition)
      assertWhole(collected)
      return buildManifest(name, collected.described)
    },
    parts() {
      const { commands, parts } = collect(definition)
      return { commands: commands as AppParts['commands'], parts }
    },
    open: (options) => openApp(name, definition, options),
  }
}

/** A misspelt name or a circular import gives `undefined`: left out in silence, it would be missed in production. */
function assertParts(name: string, parts: unknown): void {
  if (!Array.isArray(parts)) throw new Defect('InvalidDefinition', { name, reason: 'parts is no list' })
  const index = parts.findIndex((part) => typeof part !== 'object' || part === null)
  if (index < 0) return
  throw new Defect('InvalidDefinition', {
    name,
    reason: `parts[${index}] is ${String(parts[index])}, which is no part`,
  })
}

/** Whether a value is a declared app. */
export const isApp = (value: unknown): value is App =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'app'
