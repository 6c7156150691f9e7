import { app, holdsAnnotation, outgoingOf, pii, ref, sensitive } from '@heddle/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { entity } from '../entity/entity.ts'
import { sqlite } from '../sqlite/sqlite.ts'
import { autocrud } from './autocrud.ts'
import { recordOf } from './record-of.ts'

const Owner = entity('vault.Owner', { key: 'id', fields: { id: z.string() } })

/** Each field says in its own way that it is a secret. */
const secrets = {
  plain: sensitive(z.string()),
  inside: sensitive(z.string()).optional(),
  outside: sensitive(z.string().optional()),
  nullable: sensitive(z.string().nullable()),
  defaulted: sensitive(z.string().default('q')),
  twice: sensitive(z.string().optional()).nullable(),
  json: sensitive(z.array(z.string()).optional()),
  owner: sensitive(ref(Owner).optional()),
}
const Vault = entity('vault.Vault', { key: 'id', fields: { id: z.string(), name: z.string(), ...secrets } })
const crud = autocrud(Vault, { access: 'public' })

test('a secret of a record does not leave, wherever in its type it is said to be one', async () => {
  await using vaults = await opened()
  const made = await vaults.open.callOrThrow(crud.create, { id: 'v', name: 'n', ...values } as never)
  expect(outgoingOf(crud.create)!.value(made)).toEqual({ id: 'v', name: 'n' })
  const found = await vaults.open.callOrThrow(crud.find, {})
  expect(outgoingOf(crud.find)!.value(found)).toMatchObject({ records: [{ id: 'v', name: 'n' }] })
  expect(JSON.stringify(outgoingOf(crud.find)!.value(found))).not.toContain('SECRET')
})

test('the type of a record has the marks of its fields, of persons too', () => {
  const Person = entity('vault.Person', { key: 'id', fields: { id: z.string(), name: pii(z.string().optional()) } })
  const { shape } = recordOf(Person) as unknown as z.ZodObject
  expect(holdsAnnotation(shape.name!)).toBe(true)
  expect(holdsAnnotation(shape.id!)).toBe(false)
})

test('by a secret nobody may filter or order, or its value could be found out', async () => {
  await using vaults = await opened()
  for (const field of Object.keys(secrets)) {
    for (const input of [{ where: { [field]: 'SECRET' } }, { orderBy: { [field]: 'asc' } }]) {
      const outcome = await vaults.open.callByName(crud.find.name, input, { as: null, from: 'json' })
      expect(outcome).toMatchObject({ ok: false, errors: [{ category: 'data' }] })
    }
  }
  expect(
    await vaults.open.callByName(crud.find.name, { where: { name: 'n' } }, { as: null, from: 'json' }),
  ).toMatchObject({
    ok: true,
  })
})

const values = {
  ...Object.fromEntries(Object.keys(secrets).map((name) => [name, 'SECRET'])),
  json: ['SECRET'],
  owner: undefined,
}

async function opened() {
  const declared = app('vault', { parts: [Vault, Owner, crud], database: sqlite().simulated!() })
  const open = await declared.open()
  return { open, [Symbol.asyncDispose]: () => open.close() }
}
