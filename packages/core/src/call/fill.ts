import { type AnyFailure } from '../outcome/outcome.ts'
import { systemFailure } from '../error/failure.ts'
import { isPlain } from '../schema/fits.ts'
import type { FilledField } from '../schema/from-caller.ts'
import { FailedCall } from './dropped.ts'
import type { Frame } from './frame.ts'
import type { Stage } from './stages.ts'

/** The stage that fills in fields from the caller; none for a command without such fields. */
export const fillStages = (fields: readonly FilledField[]): readonly Stage[] =>
  fields.length === 0 ? [] : [(frame) => fill(frame, fields)]

function fill(frame: Frame, fields: readonly FilledField[]): void {
  const { from = 'code', as, trusted } = frame.options
  // The app's own doing, e.g. a replay or a job, may be a call that was filled in already.
  const isSent = frame.outside && as !== undefined && trusted !== true && from !== 'code'
  const refused: AnyFailure[] = []
  for (const { path, read, isOptional } of fields) {
    const holder = holderOf(frame.input, path)
    if (!holder) continue
    const name = path.at(-1)!
    if (isSent && Object.hasOwn(holder, name)) refused.push(unknownField(path, name))
    else if (holder[name] === undefined) {
      const value = read(frame.ctx)
      if (value === undefined && !isOptional && as === null) throw systemFailure('Unauthenticated')
      if (value !== undefined) frame.input = withField(frame.input, path, value)
    }
  }
  if (refused.length > 0) throw new FailedCall(refused)
}

/** The object that holds a field, where there is one; of what else there is, the check of the type tells. */
function holderOf(input: unknown, path: readonly string[]): Record<string, unknown> | undefined {
  let holder = input
  for (const step of path.slice(0, -1)) holder = isPlain(holder) ? holder[step] : undefined
  return isPlain(holder) ? holder : undefined
}

/** A copy: the input is its caller's. */
function withField(input: unknown, [step, ...rest]: readonly string[], value: unknown): unknown {
  if (step === undefined) return value
  const fields = input as Record<string, unknown>
  return { ...fields, [step]: withField(fields[step], rest, value) }
}

/** As the check of a type says it of a field that it does not know. */
const unknownField = (path: readonly string[], name: string) =>
  systemFailure(
    'UnrecognizedKeys',
    { keys: [name] },
    { path: path.slice(0, -1), message: `Unrecognized key: "${name}"` },
  )
