import { expect, test } from 'vitest'
import { addressPlace } from './address.ts'

const placeOf = (address: string) => addressPlace(address, {})

test('a database is the same whoever asks, and however its address is written', () => {
  const place = { database: { host: 'db.example', port: '5432', name: 'shop' } }
  expect(placeOf('postgres://me:old@db.example/shop')).toEqual(place)
  expect(placeOf('postgresql://you:new@db.example:5432/shop?sslmode=require')).toEqual(place)
  expect(addressPlace({ env: 'SHOP' }, { SHOP: 'postgres://me:newer@db.example/shop' })).toEqual(place)
})

test('another host, port or database is another place', () => {
  expect(placeOf('postgres://me@db.example/shop')).not.toEqual(placeOf('postgres://me@other.example/shop'))
  expect(placeOf('postgres://me@db.example/shop')).not.toEqual(placeOf('postgres://me@db.example:5433/shop'))
  expect(placeOf('postgres://me@db.example/shop')).not.toEqual(placeOf('postgres://me@db.example/shop2'))
  expect(placeOf('postgres://me@db.example')).toEqual(placeOf('postgres://me@db.example/me'))
  expect(placeOf('postgres:///shop?host=/run/pg')).not.toEqual(placeOf('postgres:///shop?host=/run/other'))
})

test('a place is not known for want of the variable that holds it, and of what is no address', () => {
  expect(addressPlace({ env: 'SHOP' }, {})).toBe(undefined)
  expect(placeOf('host=db.example dbname=shop')).toBe(undefined)
})
