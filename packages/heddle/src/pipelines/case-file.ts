import { usageFailure } from '@heddle/serve'
import { z } from 'zod'
import { readDataFile } from '../config/data-file.ts'

const call = z.strictObject({ call: z.string(), input: z.unknown() })

const testCase = z
  .strictObject({
    name: z.string().optional(),
    /** Calls that come before, e.g. to make records. */
    before: z.array(call).default([]),
    input: z.unknown(),
    /** What the run of a workflow is sent, in this order; `of` names the workflow of a child that is meant. */
    signals: z
      .array(z.strictObject({ signal: z.string(), data: z.unknown().default({}), of: z.string().optional() }))
      .default([]),
    /** What the pipeline has to give. */
    value: z.json().optional(),
    /** The code of the failure that it has to end with. */
    error: z.string().optional(),
  })
  .refine(({ value, error }) => (value === undefined) !== (error === undefined), {
    error: 'A case has a value or an error that is expected',
  })

/** What a pipeline is given, and what it has to give or fail with. */
export type TestCase = z.output<typeof testCase>

/**
 * Reads cases from a JSON or YAML file: a list of them.
 *
 * @throws {Failure} InvalidUsage
 */
export async function readCases(word: string, cwd: string): Promise<readonly TestCase[]> {
  const read = z
    .array(testCase)
    .min(1)
    .safeParse(await readDataFile(word, cwd))
  if (read.success) return read.data
  const issues = read.error.issues.map(({ path: at, message }) => `\n  ${at.join('/') || 'the file'}: ${message}`)
  throw usageFailure(`${word} is no list of cases that can be run:${issues.join('')}`)
}
