import { expect, test } from 'vitest'
import { databaseAt } from './database-at.ts'

test('an address says which engine keeps the records, and no address is SQLite', () => {
  const engineAt = (address?: string) => databaseAt(address).describe()
  expect(engineAt()).toEqual({ engine: 'sqlite' })
  expect(engineAt('')).toEqual({ engine: 'sqlite' })
  expect(engineAt('sqlite:data/app.db')).toEqual({ engine: 'sqlite' })
  expect(engineAt('postgres://localhost/bank')).toEqual({ engine: 'postgres' })
  expect(engineAt('postgresql://localhost/bank')).toEqual({ engine: 'postgres' })
})

test('an address of an unknown engine is refused without telling its password', () => {
  const refused = () => databaseAt('mysql://ada:secret@localhost/bank')
  expect(refused).toThrow('The database: its address begins with "mysql", and known are postgres:// and sqlite:.')
  expect(refused).not.toThrow('secret')
})
