import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { freshDatabase } from '../../../../scripts/services/fresh-database.ts'
import { openShop, readPrice, setPrice } from '../../fixtures/cached-app.ts'

const url = await freshDatabase()
const shop = await openShop(url)
const child = fork(fileURLToPath(new URL('../../fixtures/cached-app.ts', import.meta.url)), [url])
afterAll(async () => {
  child.kill()
  await shop.close()
})

const there = async (id: string) => {
  const answer = once(child, 'message')
  child.send(id)
  return ((await answer) as [unknown])[0]
}

test('a tag that one process forgets is forgotten within a second by the other', async () => {
  await once(child, 'message')
  await shop.callOrThrow(setPrice, { id: 'tea', cents: 100 })
  expect([await shop.callOrThrow(readPrice, { id: 'tea' }), await there('tea')]).toEqual([100, 100])
  for (const cents of [200, 300, 400]) {
    await shop.callOrThrow(setPrice, { id: 'tea', cents })
    expect(await shop.callOrThrow(readPrice, { id: 'tea' })).toBe(cents)
    await expect.poll(() => there('tea'), { timeout: 1000, interval: 20 }).toBe(cents)
  }
})
