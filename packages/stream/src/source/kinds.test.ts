import { readFileSync, readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { sinkKinds } from '../sink/kinds.ts'
import { sourceKinds } from './kinds.ts'

/** The names that the files of a folder declare. */
function declared(folder: string, define: string): string[] {
  const files = readdirSync(new URL(folder, import.meta.url)).filter((file) => /^[a-z-]+\.ts$/.test(file))
  const names = files.flatMap((file) => {
    const text = readFileSync(new URL(`${folder}/${file}`, import.meta.url), 'utf8')
    return [...text.matchAll(new RegExp(`= ${define}<[\\s\\S]*?name: '(\\w+)'`, 'g'))].map(([, name]) => name!)
  })
  return names.toSorted()
}

test('every kind of source and sink is in its list, under the name of its file', () => {
  expect(sourceKinds.map(({ name }) => name)).toEqual(declared('.', 'defineSource'))
  expect(sinkKinds.map(({ name }) => name)).toEqual(declared('../sink', 'defineSink'))
})

test.each([...sourceKinds, ...sinkKinds].map((kind) => [kind.name, kind] as const))(
  '%s has examples that its settings take, and a short form that is one of its fields',
  (_name, kind) => {
    expect(kind.examples.length).toBeGreaterThan(0)
    for (const example of kind.examples) expect(kind.config.safeParse(example).error).toBeUndefined()
    expect(kind.summary).not.toMatch(/\.$/)
    if (kind.short === undefined) return
    const given = kind.examples.find((example) => typeof example === 'object' && kind.short! in example!)
    expect(given).toBeDefined()
  },
)
