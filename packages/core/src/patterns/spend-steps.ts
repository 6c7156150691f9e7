import { onNextTurn } from '../ports/next-turn.ts'

/** About half a second of an ordinary machine where each step is taken; nearly always it is far less. */
const stepsOfOneTurn = 10_000_000

let left = stepsOfOneTurn
let willRefill = false

/**
 * Takes steps out of what the patterns of others may do in one go, before anything else of this process has its turn: a long list
 * of short texts takes as long as one long text.
 *
 * @returns whether there were as many left
 */
export function spendSteps(steps: number): boolean {
  if (steps > left) return false
  left -= steps
  if (!willRefill) {
    willRefill = true
    onNextTurn(() => {
      willRefill = false
      left = stepsOfOneTurn
    })
  }
  return true
}
