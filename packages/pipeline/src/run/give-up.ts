import { failed, isPromise, type Policy, systemFailure } from '@heddle/core'
import type { Gate } from './race.ts'

/** Ends a branch as cancelled when the race is over without it: at its next call it is refused, what it wrote is undone. */
export const giveUp: Policy = {
  name: 'giveUp',
  config: {},
  open: () => (call, next) => {
    const { gate } = call.input as { readonly gate?: Gate }
    const outcome = next()
    if (gate === undefined || !isPromise(outcome)) return outcome
    return Promise.race([outcome, gate.over.then(() => failed([systemFailure('Cancelled')]))])
  },
}
