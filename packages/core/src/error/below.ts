import { Failure } from './failure.ts'
import type { PathSegment } from './key.ts'

/** The same failure of a value that lies further inside: its path begins with where. */
export const below = <Code extends string, Data>(
  where: readonly PathSegment[],
  { code, data, facts, path, cause, message, via }: Failure<Code, Data>,
): Failure<Code, Data> => new Failure(code, data, facts, [...where, ...path], cause, message, via)
