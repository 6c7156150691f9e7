import { testApp } from 'heddle/testing'
import { expect, test } from 'vitest'
import declared, { addToBasket, readProduct, setProduct } from './connect.ts'

test('without a server, in a test, the same app keeps its answers and records in memory', async () => {
  await using shop = await testApp(declared)
  for (const cents of [100, 200]) {
    await shop.callOrThrow(setProduct, { id: 'tea', cents })
    expect(await shop.callOrThrow(readProduct, { id: 'tea' })).toEqual({ cents })
  }
  await shop.callOrThrow(addToBasket, { owner: 'ada', product: 'tea' })
  expect(await shop.callOrThrow(addToBasket, { owner: 'ada', product: 'cup' })).toEqual({ items: ['tea', 'cup'] })
})
