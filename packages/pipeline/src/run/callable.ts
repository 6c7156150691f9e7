import type { AnyCommand } from '@heddle/core'
import type { Shape } from '../kinds/shape.ts'
import type { Building, Executable } from './executor.ts'

/** A step that runs one command on its value, or on a shape made of what it may read. */
export function callable(building: Building, command: AnyCommand, given: Shape | undefined): Executable {
  const { id } = building.step
  if (given === undefined) {
    return {
      run: ({ world, it }) => world.call(id, command, it),
      attempt: ({ world, it }) => world.try(id, command, it),
    }
  }
  const input = building.shape(given)
  return {
    run: (frame) => frame.world.call(id, command, input(frame)),
    attempt: (frame) => frame.world.try(id, command, input(frame)),
  }
}
