import type { AnyCommand } from '@heddle/core'
import { leaveOutNulls } from '../expression/index.ts'
import type { Shape } from '../kinds/shape.ts'
import { inputType } from '../validate/command-types.ts'
import type { Building, Executable, Run } from './executor.ts'

/**
 * A step that runs one command on its value, or on a shape made of what it may read. Null, by which expressions know
 * what is missing, is left out again where a field of the input may be missing and may not be null.
 */
export function callable(building: Building, command: AnyCommand, given: Shape | undefined): Executable {
  const { id } = building.step
  const input = fitted(command, given === undefined ? undefined : building.shape(given))
  if (input === undefined) {
    return {
      run: ({ world, it }) => world.call(id, command, it),
      attempt: ({ world, it }) => world.try(id, command, it),
    }
  }
  return {
    run: (frame) => frame.world.call(id, command, input(frame)),
    attempt: (frame) => frame.world.try(id, command, input(frame)),
  }
}

function fitted(command: AnyCommand, given: Run | undefined): Run | undefined {
  const change = leaveOutNulls(inputType(command))
  if (change === undefined) return given
  return given === undefined ? ({ it }) => change(it) : (frame) => change(given(frame))
}
