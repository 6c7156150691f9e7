import type { CellShapes } from '../state/cells.ts'
import { openState } from '../state/open-state.ts'
import type { StepState } from '../state/state.ts'
import { PlainState } from './plain-state.ts'

/** The state of the operator that is run. */
export interface HeldState {
  readonly step: StepState
  /** A checkpoint, and a new start from it. `step` is another one then. */
  rebuild(): void
}

/** The model: it proves that cells hold what their schemas say. */
export function modelState(shapes: CellShapes): HeldState {
  let step = new PlainState(shapes)
  return {
    get step() {
      return step
    },
    rebuild: () => {
      step = new PlainState(shapes, step.snapshot())
    },
  }
}

/** What a job has: here with so little memory that nothing stays in it. */
export function taskState(shapes: CellShapes): HeldState {
  const state = openState({ memoryBytes: 1 })
  let step = state.step('step', shapes)
  let epoch = 0
  return {
    get step() {
      return step
    },
    rebuild() {
      const { hash } = state.checkpoint(++epoch)
      state.restore(epoch, hash)
      step = state.step('step', shapes)
    },
  }
}
