import { app, command, stream } from '@heddle/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { callCommand } from '../call-command.ts'
import { memoryIo } from '../io.ts'
import { appTarget } from '../target.ts'

const person = z.object({
  id: z.string(),
  fullName: z.string(),
  address: z.object({ city: z.string(), zip: z.string() }).optional(),
  pets: z.array(z.object({ name: z.string(), age: z.int() })),
  labels: z.record(z.string(), z.string()),
})
const ann = {
  id: '1',
  fullName: 'Ann',
  address: { city: 'Rome', zip: '00100' },
  pets: [
    { name: 'Rex', age: 3 },
    { name: 'Tom', age: 4 },
  ],
  labels: { team: 'west' },
}
const bob = { id: '2', fullName: 'Bob', pets: [], labels: {} }

const facts = { input: z.object({}), access: 'public' } as const
const list = command('people.ListPeople', {
  ...facts,
  output: z.object({ people: z.array(person), next: z.string().optional() }),
  run: () => ({ people: [ann, bob], next: 'c2' }),
})
const read = command('people.ReadPerson', { ...facts, output: person, run: () => ann })
const walk = command('people.WalkPeople', {
  ...facts,
  output: stream(person, z.object({ count: z.int() })),
  async *run() {
    yield ann
    yield bob
    return { count: 2 }
  },
})

async function call(name: string, ...argv: string[]) {
  const open = await app('people', { parts: [list, read, walk] }).open({ environment: {} })
  const io = memoryIo()
  const code = await callCommand(appTarget(open), name, argv, { io })
  await open.close()
  return { code, out: io.text(), err: io.errors() }
}

test('programs get the same shape with fewer fields, of each record of a page', async () => {
  const { out } = await call('ListPeople', '--json', '--select', 'full-name, address.city,pets.name')
  expect(JSON.parse(out)).toEqual({
    ok: true,
    value: {
      people: [
        { fullName: 'Ann', address: { city: 'Rome' }, pets: [{ name: 'Rex' }, { name: 'Tom' }] },
        { fullName: 'Bob', pets: [] },
      ],
      next: 'c2',
    },
  })
})

test('people get a column for each field, however deep it lies', async () => {
  const { out } = await call('ListPeople', '--format', 'table', '--select', 'id,address.city,pets.name,labels.team')
  expect(out.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
    ['id', 'address.city', 'pets.name', 'labels.team'],
    ['1', 'Rome', '["Rex","Tom"]', 'west'],
    ['2', '-', '[]', '-'],
    [''],
    ['next', 'c2'],
    [''],
  ])
})

test('one record and the items of a stream are cut too, and how the stream ended is not', async () => {
  expect(JSON.parse((await call('ReadPerson', '--json', '--select', 'address,address.city')).out)).toEqual({
    ok: true,
    value: { address: ann.address },
  })
  const { out } = await call('WalkPeople', '--json', '--select', 'id')
  expect(out).toBe('{"item":{"id":"1"}}\n{"item":{"id":"2"}}\n{"ok":true,"value":{"count":2}}\n')
})

test('a field that the output does not have is told with the nearest one, before anything is called', async () => {
  const { code, err } = await call('ListPeople', '--select', 'address.citty')
  expect(code).toBe(64)
  expect(err).toContain('the output has no field "citty"; did you mean city?')
})
