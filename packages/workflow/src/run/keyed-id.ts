import { hash } from 'node:crypto'

/**
 * The id of the one run of a key: the same parts give the same id, on every process. It is hexadecimal, so that no shell and no
 * command line takes it for something else.
 */
export const keyedRunId = (...parts: readonly (string | number | null)[]): string =>
  hash('sha256', JSON.stringify(parts), 'hex').slice(0, 32)
