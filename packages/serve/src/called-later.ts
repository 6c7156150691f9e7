import { type AnyFailure, type CommandSection, Failure, type FailureJson, formatErrorKey } from '@heddle/core'

/**
 * The errors of a call of a command that calls another one later, as those of that one: what is wrong with its input is told
 * where it stood before it became the field `input`.
 */
export const asOfCalled = <Told extends AnyFailure | FailureJson>(errors: readonly Told[]): readonly Told[] =>
  errors.map((error) => {
    const [first, ...path] = error.path
    if (first !== 'input') return error
    if (error instanceof Failure) return error.at(path) as Told
    return { ...error, path, key: formatErrorKey({ ...(error as FailureJson), path }) }
  })

/** The command that calls another one later, where the app has one. */
export const laterOf = (
  { name }: CommandSection,
  commands: Readonly<Record<string, CommandSection>>,
): CommandSection | undefined => Object.values(commands).find(({ begins }) => begins?.calls === name)
