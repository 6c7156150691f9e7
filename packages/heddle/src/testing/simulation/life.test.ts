import { app } from '@heddle/core'
import { settled } from '@heddle/core/testing'
import { expect, test } from 'vitest'
import { seededPlan } from './faults.ts'
import { Life } from './life.ts'
import { World } from './world.ts'

/** A life over a driver with one lock, which is granted by hand. */
function lifeWithLock(isOpen: boolean) {
  const plan = { ...seededPlan(1, false), decide: () => ({ delayMs: 0, fault: undefined, answerDelayMs: 0 }) }
  const world = new World({ app: app('test', { parts: [] }), seed: 1, plan, given: [], config: undefined })
  const life = new Life(world, 1)
  if (isOpen) life.app = {} as never
  const freed: object[] = []
  const granted = Promise.withResolvers<void>()
  const released: string[] = []
  const driver = life.intercept('database', {
    lock: (_holder: object) => granted.promise,
    unlock: (holder: object) => void freed.push(holder),
    snapshot: async () => ({ find: async () => ['row'], release: () => void released.push('snapshot') }),
  })
  return { life, driver, freed, released, granted }
}

for (const isOpen of [true, false]) {
  const when = isOpen ? 'while faults are on' : 'while it is undisturbed'

  test(`an app that dies ${when} lets go of the lock it waits for, also when it is handed over later`, async () => {
    const { life, driver, freed, granted } = lifeWithLock(isOpen)
    const holder = {}
    let answered = false
    void driver.lock(holder).then(() => (answered = true))
    await settled()
    life.kill()
    expect(freed).toEqual([holder])

    granted.resolve()
    await settled()
    expect(answered).toBe(false)
    expect(freed).toEqual([holder, holder])
  })

  test(`an app that dies ${when} gives its snapshot back, and one that it released only once`, async () => {
    const { life, driver, released } = lifeWithLock(isOpen)
    const [kept, done] = [await driver.snapshot(), await driver.snapshot()]
    expect(await kept.find()).toEqual(['row'])
    done.release()
    expect(released).toEqual(['snapshot'])
    life.kill()
    expect(released).toEqual(['snapshot', 'snapshot'])
    kept.release()
    expect(released).toEqual(['snapshot', 'snapshot'])
  })
}

test('nothing that a dead app asks for is answered, and its timers do not fire', async () => {
  const { life, driver } = lifeWithLock(true)
  const heard: string[] = []
  life.timers.after(10, () => heard.push('timer'))
  life.kill()
  void driver.snapshot().then(() => heard.push('snapshot'))
  await settled()
  expect(heard).toEqual([])
})

test('what is put before a driver by spreading it asks the world too', async () => {
  const { life, driver } = lifeWithLock(true)
  const before: typeof driver = { ...driver, unlock: () => undefined }
  const held = await before.snapshot()
  expect(await held.find()).toEqual(['row'])
  life.kill()
  let answered = false
  void before.snapshot().then(() => (answered = true))
  await settled()
  expect(answered).toBe(false)
})
