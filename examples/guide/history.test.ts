import { app, type App, keyRing } from '@heddle/core'
import { historyCommands } from '@heddle/data'
import { operations } from 'heddle'
import { testApp } from 'heddle/testing'
import { expect, test } from 'vitest'
import declared, { checkIn } from './history.ts'

const keys = keyRing([{ id: '2026', bytes: new Uint8Array(32).fill(1) }])
const { definition } = declared
const whole: App = app('hotel', { ...definition, parts: [...definition.parts, ...operations(() => whole)] })
const may = (id: string, ...permissions: string[]) => ({ as: { id, permissions } })

test('history tells who checked in whom, masked, and whole only to those who may', async () => {
  await using hotel = await testApp(whole, { ports: { keys } })
  const ada = { room: 12, name: 'Ada Lovelace' }
  await hotel.callOrThrow(checkIn, ada, { ...may('desk-1', 'hotel:desk'), surface: 'http' })
  await hotel.time.advance(1)
  expect(await hotel.call(checkIn, ada, may('desk-2', 'hotel:desk'))).toMatchObject({ errors: [{ code: 'NotUnique' }] })
  await hotel.ports.history!.flush()

  const operator = may('olga', 'heddle:operate')
  const { calls } = await hotel.callOrThrow(historyCommands.listCalls, { command: 'hotel.CheckIn' }, operator)
  expect(calls).toMatchObject([
    { principal: 'desk-2', surface: 'code', code: 'NotUnique' },
    { principal: 'desk-1', surface: 'http' },
  ])
  const { id } = calls[1]!
  expect(await hotel.callOrThrow(historyCommands.showCall, { id }, operator)).toMatchObject({
    input: { room: 12, name: '•••' },
  })
  expect(await hotel.call(historyCommands.revealCall, { id }, operator)).toMatchObject({ errors: [{ code: 'Denied' }] })
  expect(await hotel.callOrThrow(historyCommands.revealCall, { id }, may('dpo', 'heddle:reveal'))).toEqual({
    input: ada,
  })
})
