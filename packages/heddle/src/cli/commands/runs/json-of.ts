import { usageFailure } from '@heddle/serve'

/** JSON that was typed. @throws {Failure} InvalidUsage */
export function jsonOf(option: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch (thrown) {
    throw usageFailure(`--${option} is no JSON: ${(thrown as Error).message}`, thrown)
  }
}
