import type { CommandSection } from '@heddle/core'
import type { SurfaceSection } from '../http/surface-kind.ts'
import { surfaces } from './surfaces.ts'

/**
 * Where each surface of an app leads to a command, by the surface's name, as a caller writes it. What is closed to all outside is
 * reached by the app's own code alone.
 *
 * @param sections the surfaces of the app, by their names in the manifest
 */
export function doorsOf(
  command: CommandSection,
  sections: Readonly<Record<string, SurfaceSection>>,
): Readonly<Record<string, readonly string[]>> {
  const isInside = command.access === 'closed'
  return Object.fromEntries(
    surfaces.map(({ name, doors }) => [
      name,
      isInside && name !== 'function' ? [] : (doors?.(command, sections) ?? []),
    ]),
  )
}
