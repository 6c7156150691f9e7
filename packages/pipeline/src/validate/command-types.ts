import { type AnyCommand, isStream } from '@heddle/core'
import { typeOfSchema, type ValueType } from '../expression/index.ts'

/** The type of what a command takes. */
export const inputType = ({ input }: AnyCommand): ValueType => typeOfSchema(input, 'input')

/** The type of the value that a command gives; of a stream the last one. */
export const valueType = ({ output }: AnyCommand): ValueType =>
  typeOfSchema(isStream(output) ? output.final : output, 'output')
