import { hashOf, toJson } from '@heddle/core'
import type { Plan } from './plan.ts'

/**
 * The content hash of a plan, hexadecimal: the SHA-256 of its canonical JSON. The order of fields, comments and layout
 * of the text do not count; what has an order (steps, branches) is a list, whose order does.
 *
 * @example planHash(delays) === planHash(parsePlan(formatPlan(delays)).plan)
 */
export const planHash = (plan: Plan): string => hashOf(toJson(plan))
