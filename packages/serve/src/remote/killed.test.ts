import { expect, test } from 'vitest'
import { besideOther, type OtherApp } from '../../test/other-app.ts'
import type { OpenApp } from '@heddle/core'

const twoApps = (use: (shop: OpenApp, other: OtherApp) => Promise<void>) => besideOther('billing', { retries: 0 }, use)

test('an app that is killed in the middle of a call leaves a failure that nobody tries again by itself', () =>
  twoApps(async (shop, other) => {
    const called = shop.callByName('billing.Wait', {})
    expect(await other.word()).toBe('waiting')
    await other.kill()
    expect(await called).toMatchObject({
      ok: false,
      errors: [
        {
          code: 'Unavailable',
          retry: 'never',
          message: 'billing (the connection broke before it answered) cannot be reached.',
        },
      ],
    })
  }))

test('with a key the same failure may be tried again', () =>
  twoApps(async (shop, other) => {
    const called = shop.callByName('billing.Wait', {}, { idempotencyKey: 'k' })
    expect(await other.word()).toBe('waiting')
    await other.kill()
    expect(await called).toMatchObject({ ok: false, errors: [{ code: 'Unavailable', retry: { afterMs: 1000 } }] })
  }))

test('an app that is killed in the middle of a stream ends it with a failure, after the items that came', () =>
  twoApps(async (shop, other) => {
    const items: unknown[] = []
    const outcome = await shop.callByName(
      'billing.Tick',
      {},
      {
        onItem: (async (item: unknown) => {
          items.push(item)
          if (items.length === 3) await other.kill()
        }) as never,
      },
    )
    expect(items).toEqual([0, 1, 2])
    expect(outcome).toMatchObject({ ok: false, errors: [{ code: 'Unavailable', retry: 'never' }] })
  }))
