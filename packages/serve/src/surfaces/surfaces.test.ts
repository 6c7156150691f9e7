import { globSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { SurfaceFacts } from './facts.ts'
import { surfaces } from './surfaces.ts'

test('the list has the surface of every room that is one', async () => {
  const root = join(import.meta.dirname, '..')
  const rooms = await Promise.all(
    globSync('**/surface.ts', { cwd: root }).map(
      async (file) => ((await import(join(root, file))) as { surface: SurfaceFacts }).surface,
    ),
  )
  const names = (all: readonly SurfaceFacts[]) => all.map(({ name }) => name).sort()
  expect(names(surfaces)).toEqual(names(rooms))
})
