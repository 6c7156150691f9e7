import { jsonSchemaOf } from '@heddle/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { type JsonSchema, resolver } from './json-schema.ts'
import { typeText } from './type-text.ts'

test('a type that holds lists of its own kind has a text that ends', () => {
  const json = jsonSchemaOf(z.object({ any: z.json() }), 'input') as JsonSchema
  const { any } = json.properties!
  expect(typeText(any!, resolver(json))).toMatch(/^text \| number \| yes or no \| list of .*anything/)
})
