import { type AnyCommand, holdsAnnotation, valueTypeOf } from '@heddle/core'

const known = new WeakMap<object, boolean>()

/** Whether something in the input or outcome of a command is marked, so that its jobs are encrypted where they are kept. */
export function isMarkedCommand(command: AnyCommand): boolean {
  const found = known.get(command)
  if (found !== undefined) return found
  const types = [command.input, valueTypeOf(command), ...Object.values(command.errors)]
  const marked = types.some((type) => holdsAnnotation(type as never))
  known.set(command, marked)
  return marked
}
