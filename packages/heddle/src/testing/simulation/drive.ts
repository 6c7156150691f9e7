import { settled, type VirtualTime } from '@heddle/core/testing'

/** How a world goes on. */
export interface Driven {
  readonly time: VirtualTime
  /** Something that must end before the time may move on, such as an app that is being opened. */
  holdUp(): Promise<void> | undefined
  /** Until when something has to happen, or nothing more is expected. */
  patientUntil(): number
}

/**
 * Lets a world go on until something has ended. The time moves only when nothing can happen without it.
 *
 * @param outside whether it may wait for something that is not simulated, such as a file
 * @returns whether it ended; false when it never would
 */
export async function drive(world: Driven, ending: Promise<unknown>, outside: boolean): Promise<boolean> {
  let ended = false
  const mark = () => void (ended = true)
  ending.then(mark, mark)
  for (await settled(); !ended; await settled()) {
    const held = world.holdUp()
    if (held) {
      await held
      continue
    }
    const next = world.time.next()
    if (next !== undefined && next <= world.patientUntil()) await world.time.advanceTo(next)
    else if (outside) await ending.then(mark, mark)
    else return false
  }
  return true
}
