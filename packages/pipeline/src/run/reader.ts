import type { From } from '../plan/plan.ts'
import type { Evaluate } from './executor.ts'

/** Reads what `from` names. */
export function reader(from: From): Evaluate {
  if (typeof from === 'string') return one(from)
  if (isList(from)) {
    const all = from.map(one)
    return (frame) => all.map((read) => read(frame))
  }
  const named = Object.entries(from).map(([name, step]) => [name, one(step)] as const)
  return (frame) => Object.fromEntries(named.map(([name, read]) => [name, read(frame)]))
}

const one = (step: string): Evaluate => (step === 'input' ? ({ input }) => input : ({ steps }) => steps[step])

const isList = (from: object): from is readonly string[] => Array.isArray(from)
