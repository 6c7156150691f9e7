import { app, type App, keyRing, provide, replayKey } from '@heddle/core'
import { heddleCommands, operations } from 'heddle'
import { testApp } from 'heddle/testing'
import { expect, test } from 'vitest'
import declared, { Carrier, ship } from './dead-letters.ts'

const keys = keyRing([{ id: '2026', bytes: new Uint8Array(32).fill(1) }])

test('a parcel that nobody took is taken later, once, by a replay of its dead letter', async () => {
  const taken: string[] = []
  let isThere = false
  const carrier = {
    async take(parcel: string, to: string) {
      if (isThere) taken.push(`${parcel} to ${to}`)
      return isThere
    },
  }
  const { definition } = declared
  const whole: App = app('shop', { ...definition, parts: [...definition.parts, ...operations(() => whole)] })
  await using shop = await testApp(whole, { provide: [provide(Carrier, carrier)], ports: { keys } })
  const parcel = { parcel: 'p1', to: { name: 'Ada Lovelace', street: 'St James’s Square' } }
  const calling = shop.call(ship, parcel)
  await shop.time.advance(1000)
  expect(await calling).toMatchObject({ ok: false, errors: [{ code: 'CarrierDown' }] })

  const { letters } = await shop.callOrThrow(heddleCommands.listDeadLetters, { command: 'shop.Ship' })
  expect(letters).toMatchObject([{ command: 'shop.Ship', code: 'CarrierDown', replays: 0 }])
  const { id } = letters[0]!
  const shown = await shop.callOrThrow(heddleCommands.showDeadLetter, { id })
  expect(shown.input).toEqual({ parcel: 'p1', to: { name: '•••', street: '•••' } })
  const [letter] = await shop.ports.deadLetters.list({ tenant: 'main' })
  expect(replayKey(letter!)).toBe(`dead-letter/${id}/0`)

  isThere = true
  expect(await shop.callOrThrow(heddleCommands.replayDeadLetters, { command: 'shop.Ship' })).toEqual({
    replayed: 1,
    queued: [],
    failed: [],
    remaining: 0,
  })
  expect(taken).toEqual(['p1 to Ada Lovelace, St James’s Square'])
  expect(await shop.ports.deadLetters.list({ tenant: 'main' })).toEqual([])
})
