import type { App } from '@heddle/core'
import { compileErrors, validate } from '@readme/openapi-parser'
import { expect, test } from 'vitest'
import bank from '../examples/bank/app.ts'
import flights from '../examples/flights/app.ts'
import library from '../examples/guide/http.ts'
import { openApi } from 'heddle'

test.each<[string, App]>([
  ['bank', bank],
  ['flights', flights],
  ['library', library],
])('a public validator accepts the OpenAPI document of %s', async (_, declared) => {
  const found = await validate(JSON.parse(JSON.stringify(openApi(declared.manifest()))))
  expect(found.valid ? '' : compileErrors(found)).toBe('')
})
