import { subtleChecks } from './subtle-checks.ts'
import { subtleParts } from './subtle-parts.ts'

/** Types and values on which a compiled check could differ from Zod. */
export const subtleCases = [...subtleChecks, ...subtleParts]
