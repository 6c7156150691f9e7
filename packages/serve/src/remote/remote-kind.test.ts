import { app, checkManifests, command, commandKind, type Manifest } from '@heddle/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { remote } from './remote.ts'
import { remoteKind } from './remote-kind.ts'

const charge = (input: z.ZodType) =>
  command('billing.Charge', { input, output: z.object({}), access: 'public', run: () => ({}) })
const ping = command('billing.Ping', { input: z.object({}), output: z.object({}), access: 'public', run: () => ({}) })

/** An app that was made with a version of the other one. */
function madeWith(commands: readonly object[], used?: readonly string[]): Manifest {
  const { manifest } = app('billing', { parts: commands as [] })
  const part = remote('billing', {
    manifest: manifest(),
    url: 'https://billing.example/api',
    access: 'billing:use',
    ...(used && { commands: used }),
  })
  return app('shop', { parts: [part] }).manifest()
}

const before = madeWith([charge(z.object({ cents: z.int() })), ping])
const check = (after: Manifest) => checkManifests(before, after, [commandKind, remoteKind])

test('the manifest tells which app is brought in, from where, and which of its commands', () => {
  expect(before.parts['remote']).toMatchObject({
    billing: {
      remote: true,
      app: 'billing',
      url: 'https://billing.example',
      commands: { 'billing.Charge': expect.stringMatching(/^[\da-f]{64}$/), 'billing.Ping': expect.any(String) },
    },
  })
})

test('taking up another app as it is changes nothing', async () => {
  expect(await check(madeWith([charge(z.object({ cents: z.int() })), ping]))).toEqual([])
})

test('a change that breaks callers of the other app breaks those of this one', async () => {
  const verdicts = await check(madeWith([charge(z.object({ cents: z.int(), account: z.string() })), ping]))
  expect(verdicts).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ level: 'breaking', item: 'command billing.Charge' }),
      expect.objectContaining({ level: 'safe', item: 'remote billing', change: 'billing.Charge: changed there' }),
    ]),
  )
})

test('one whose command is used no more is told as removed', async () => {
  const verdicts = await check(madeWith([charge(z.object({ cents: z.int() })), ping], ['billing.Charge']))
  expect(verdicts).toEqual([
    expect.objectContaining({ level: 'breaking', item: 'command billing.Ping', change: 'removed' }),
  ])
})

test('another app under the same name, one more, and one less are told', async () => {
  const bare = app('shop', { parts: [] }).manifest()
  expect(await checkManifests(bare, before, [commandKind, remoteKind])).toContainEqual(
    expect.objectContaining({ level: 'safe', item: 'remote billing', change: 'added' }),
  )
  expect(await checkManifests(before, bare, [commandKind, remoteKind])).toContainEqual(
    expect.objectContaining({ item: 'remote billing', change: 'removed' }),
  )
  const renamed = {
    ...before,
    parts: {
      ...before.parts,
      remote: { billing: { ...(before.parts['remote']!['billing'] as object), app: 'invoices' } },
    },
  }
  expect(await check(renamed as Manifest)).toEqual([
    expect.objectContaining({ item: 'remote billing', change: 'app: billing → invoices' }),
  ])
})
