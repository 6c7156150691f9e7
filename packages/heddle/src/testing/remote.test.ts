import { app, command, type Manifest, type Principal } from '@heddle/core'
import { Decimal, decimal } from '@heddle/types'
import { inProcess, remote, remoteContract, type RemoteManifest, type TextFormats } from '@heddle/serve/remote'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { charge, listStatements, manifest } from '../../../../examples/guide/generated/billing.ts'
import billingApp from '../../../../examples/guide/remote-billing.ts'
import { testApp } from './test-app.ts'

const billing = remote('billing', { manifest, url: 'https://billing.example' })
const pay = command('shop.Pay', {
  input: z.object({ card: z.string() }),
  output: z.string(),
  calls: [charge],
  run: async ({ input, call }) => (await call(charge, { ...input, cents: 5 })).receipt,
})
const shopApp = app('shop', { parts: [pay, billing] })
const service: Principal = { id: 'shop', permissions: ['billing:*'] }

test('in a test nobody outside is called: the other app is not there', async () => {
  await using shop = await testApp(shopApp)
  expect(await shop.call(pay, { card: '4242' })).toMatchObject({
    ok: false,
    errors: [{ code: 'Unavailable', via: ['billing.Charge'] }],
  })
})

test('another app of the same test stands in for it, with its values, errors, items and access', async () => {
  await using other = await testApp(billingApp)
  await using shop = await testApp(shopApp, { provide: [inProcess(billing, other, { as: service })] })
  expect(await shop.call(pay, { card: '4242' })).toEqual({ ok: true, value: '4242-5' })
  expect(await shop.call(pay, { card: '0000' })).toMatchObject({
    errors: [{ key: 'billing.Charge>domain:CardRefused', data: { until: new Date('2027-01-01T00:00:00Z') } }],
  })
  const days: bigint[] = []
  for await (const { cents } of shop.stream(listStatements, { from: new Date(0), days: 2 })) days.push(cents)
  expect(days).toEqual([100n, 100n])

  await using stranger = await testApp(shopApp, { provide: [inProcess(billing, other)] })
  expect(await stranger.call(pay, { card: '4242' })).toMatchObject({ errors: [{ code: 'Unauthenticated' }] })
})

test('an app whose manifest is only known at its address is put there with what it tells of itself', async () => {
  const byAddress = remote('billing', { manifest: 'https://billing.example/_heddle/manifest.json' })
  await using other = await testApp(billingApp)
  await using shop = await testApp(app('shop', { parts: [pay, byAddress] }), {
    provide: [inProcess(byAddress, other, { as: service })],
  })
  expect(await shop.call(pay, { card: '4242' })).toEqual({ ok: true, value: '4242-5' })
})

test('a contract of a module takes the types that stand there', () => {
  const price = command('prices.Tell', {
    input: z.object({ net: decimal() }),
    output: z.null(),
    access: 'public',
    run: () => null,
  })
  const manifest = app('prices', { parts: [price] }).manifest()
  const told = remoteContract('prices.Tell', { ...manifest, formats: { decimal: decimal() } } as RemoteManifest)
  const net = Decimal.read('1.5')!
  expect((told.input as z.ZodType).parse({ net })).toEqual({ net })
})

test.each([
  ['for the part', (manifest: Manifest, formats: TextFormats) => ({ manifest, formats })],
  [
    'in a module that was written',
    (manifest: Manifest, formats: TextFormats) => ({ manifest: { ...manifest, formats } as RemoteManifest }),
  ],
])('a decimal of another app is one of this app, where it says %s which type it is', async (_, saying) => {
  const price = command('prices.Double', {
    input: z.object({ net: decimal() }),
    output: z.object({ net: decimal() }),
    access: 'public',
    run: ({ input: { net } }) => ({ net: net.plus(net)! }),
  })
  await using other = await testApp(app('prices', { parts: [price] }))
  const part = remote('prices', {
    url: 'https://prices.example',
    ...saying(other.manifest, { decimal: decimal() }),
  })
  await using shop = await testApp(app('shop', { parts: [part] }), { provide: [inProcess(part, other)] })
  const outcome = await shop.call(price, { net: Decimal.read('12.50')! })
  expect(outcome).toMatchObject({ ok: true, value: { net: expect.any(Decimal) } })
  expect(outcome.ok && String(outcome.value.net)).toBe('25')
  const told = async (net: unknown) => {
    const refused = await shop.callByName('prices.Double', { net }, { from: 'json' })
    const there = await other.callByName('prices.Double', { net }, { from: 'json' })
    return [refused, there].map((each) => !each.ok && each.errors.map(({ key, message }) => [key, message]))
  }
  const [here, there] = await told('x')
  expect(here).toEqual(there)
})
