import { app, command, file, type Manifest, textual } from '@heddle/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { readManifest } from '../manifest/read/read-manifest.ts'
import { writeModule } from './write-module.ts'

const pay = (name: 'billing.Pay' | 'payroll.Pay') =>
  command(name, {
    summary: 'Pay */ somebody',
    input: z.object({ cents: z.int() }),
    output: z.object({}),
    errors: { Refused: z.object({}) },
    access: 'public',
    run: () => ({}),
  })
const manifest = app('billing', { parts: [pay('billing.Pay'), pay('payroll.Pay')] }).manifest()
const from = 'https://billing.example'

test('commands of two domains with the same name are called by their domains, too', () => {
  const text = writeModule({ manifest, from })
  expect(text).toContain("export const billingPay = remoteContract<\n  'billing.Pay',\n  BillingPayInput,")
  expect(text).toContain('export type PayrollPayErrors = Failure<')
})

test('the same manifest gives the same text, in whatever order its commands stand', () => {
  const command = Object.fromEntries(Object.entries(manifest.parts['command']!).toReversed())
  expect(writeModule({ manifest: { ...manifest, parts: { command } }, from })).toBe(writeModule({ manifest, from }))
})

test('files, sets, maps and decimals are written as the values that they are here', () => {
  const net = textual(z.custom<object>(Boolean), {
    read: (text) => ({ text }),
    pattern: '^[0-9.]+$',
    format: 'decimal',
  })
  const store = command('files.Store', {
    input: z.object({ paper: file(), pages: z.array(file()), tags: z.set(z.string()), net }),
    output: z.object({ counts: z.map(z.string(), z.date()), copy: file().optional(), net }),
    access: 'public',
    run: ({ input }) => ({ counts: new Map(), net: input.net }),
  })
  const text = writeModule({ manifest: app('files', { parts: [store] }).manifest(), from })
  expect(text).toContain("import type { FileSource, StreamedFile } from 'heddle'")
  expect(text).toContain("import { type Decimal, decimal } from 'heddle/types'")
  expect(text).toContain('formats: { decimal: decimal() },')
  for (const line of [
    'readonly paper: FileSource',
    'readonly pages: readonly FileSource[]',
    'readonly tags: ReadonlySet<string>',
    'readonly net: Decimal',
    'readonly counts: ReadonlyMap<string, Date>',
    'readonly copy?: StreamedFile',
  ]) {
    expect(text).toContain(line)
  }
})

test('what another app tells cannot end a comment', () => {
  const text = writeModule({ manifest: { ...manifest, app: 'x */ evil()' }, from })
  expect(text).toContain('/** What x *\\/ evil() told of itself')
  expect(text).toContain('/** Pay *\\/ somebody */')
})

test.each([
  [
    'a name that is none',
    (section: object) => ({ 'billing.Pay */ evil()': { ...section, name: 'billing.Pay */ evil()' } }),
  ],
  ['an address in a name', (section: object) => ({ 'billing.Pay': { ...section, name: '../admin.Drop' } })],
  [
    'a code that is source',
    (section: object) => ({ 'billing.Pay': { ...section, errors: { 'X; evil()': { data: {} } } } }),
  ],
])('%s is refused where the manifest is read', (_, sections) => {
  const section = manifest.parts['command']!['billing.Pay'] as object
  const told = { ...manifest, parts: { command: sections(section) } }
  expect(() => readManifest(told, from)).toThrow(`${from}: it is no manifest of format 1`)
  expect(() => writeModule({ manifest: readManifest(told, from) as Manifest, from })).toThrow()
})
