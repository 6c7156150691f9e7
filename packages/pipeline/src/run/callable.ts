import type { AnyCommand } from '@heddle/core'
import type { Shape } from '../kinds/shape.ts'
import { inputType } from '../validate/command-types.ts'
import type { Building, Executable } from './executor.ts'
import { fitted } from './fitted.ts'

/** A step that runs one command on its value, or on a shape made of what it may read. */
export function callable(building: Building, command: AnyCommand, given: Shape | undefined): Executable {
  const { id } = building.step
  const input = fitted(inputType(command), given === undefined ? undefined : building.shape(given))
  if (input === undefined) {
    return {
      run: ({ world, it }) => world.call(id, command, it),
      attempt: ({ world, it }) => world.try(id, command, it),
      asks: { command, input: ({ it }) => it },
    }
  }
  return {
    run: (frame) => frame.world.call(id, command, input(frame)),
    attempt: (frame) => frame.world.try(id, command, input(frame)),
    asks: { command, input },
  }
}
