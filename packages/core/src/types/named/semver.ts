import { z } from 'zod'
import { namedType } from '../declare.ts'

// The expression that semver.org recommends.
const format =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?$/

/** A version of semver.org 2.0.0. */
export const Semver = namedType('Semver', {
  summary: 'A version of semver.org 2.0.0.',
  tags: ['version', 'release'],
  type: z
    .string()
    .max(256)
    .regex(format, 'Invalid version: expected semantic versioning, like 1.2.3 or 1.2.3-rc.1+build.5'),
  takes: ['0.0.0', '1.2.3', '1.0.0-alpha.1+001'],
  refuses: ['1', '1.2', 'v1.2.3', '01.2.3', '1.2.3-'],
})
