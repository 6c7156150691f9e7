import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { engines } from './engines.ts'
import * as connect from './index.ts'

test('each folder is an engine, and what it says to play a role is exported', () => {
  const folders = readdirSync(import.meta.dirname, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  expect(Object.keys(engines)).toEqual(folders.map(({ name }) => name).toSorted())
  for (const { roles } of Object.values(engines))
    for (const name of Object.values(roles)) expect(Object.keys(connect)).toContain(name)
})
