import { app, memoryPrincipals, type Principal } from '@heddle/core'
import { createVirtualTime } from '@heddle/core/testing'
import { expect, test } from 'vitest'
import { keepPrincipal } from './keep-principal.ts'

test('a principal is looked for again and again: what it loses counts, and when it is gone that is told', async () => {
  const time = createVirtualTime()
  let kept: Principal | undefined = { id: 'ward-7', permissions: ['till:note'] }
  const resolve = async (id: string) => (id === 'ward-7' ? kept : undefined)
  const ports = { timers: time.timers, clock: time.clock, principals: { ...memoryPrincipals(), resolve } }
  const running = await app('till', { parts: [] }).open({ ports })
  await expect(keepPrincipal(running, 'nobody')).rejects.toMatchObject({ code: 'UnknownPrincipal' })

  const ward = await keepPrincipal(running, 'ward-7')
  let isGone = false
  void ward.gone.then(() => (isGone = true))
  expect(ward.current().permissions).toEqual(['till:note'])
  kept = { id: 'ward-7', permissions: [] }
  await time.advance(2000)
  expect([ward.current().permissions, isGone]).toEqual([[], false])
  kept = undefined
  await time.advance(2000)
  expect(isGone).toBe(true)
  ward.stop()
  await running.close()
})
