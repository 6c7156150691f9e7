import { drawMachine, mermaidOf } from 'heddle/workflow'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import lending, { loan } from './state-machines.ts'

const newFolder = () => mkdtempSync(join(tmpdir(), 'heddle-lending-'))
const { awaits, queries, updates } = loan.ways

test('a machine goes from state to state, over a restart, and refuses what a state does not allow', async () => {
  const folder = newFolder()
  let app = await lending.open({ folder })
  await app.start()
  const { run } = await app.callOrThrow(loan.command, { book: 'Emma' })
  const send = (event: string, data?: object) => app.call(updates.send!, { run, input: { event, data } })

  expect(await send('borrow', { reader: 'Ann' })).toEqual({ ok: true, value: { state: 'lent' } })
  expect(await send('borrow', { reader: 'Bob' })).toMatchObject({
    ok: false,
    errors: [
      {
        code: 'EventNotAllowed',
        data: { event: 'borrow', state: 'lent', allowed: ['giveBack', 'lose'] },
        message: 'The state lent does not allow the event borrow; it allows: ["giveBack","lose"].',
      },
    ],
  })
  await app.close()

  app = await lending.open({ folder })
  await app.start()
  expect(await app.callOrThrow(queries.state!, { run })).toEqual({
    state: 'lent',
    allowed: ['giveBack', 'lose'],
    data: { readers: ['Ann'], paid: 0 },
  })
  await send('giveBack')
  await send('borrow', { reader: 'Bob' })
  expect(await send('lose')).toEqual({ ok: true, value: { state: 'lost' } })
  expect(await app.callOrThrow(awaits, { run })).toEqual({
    state: 'lost',
    data: { readers: ['Ann', 'Bob'], paid: 2500 },
  })
  expect(await send('giveBack')).toMatchObject({ ok: false, errors: [{ code: 'RunEnded' }] })
  await app.close()
})

test('the diagram of the guide is that of the machine', () => {
  expect(drawMachine(loan.machine)).toBe(`● shelved
  └─ borrow ─▶ lent
○ lent
  ├─ giveBack ──▶ shelved
  ├─ lose ──────▶ lost
  └─ after 30d ─▶ overdue
○ overdue
  ├─ giveBack ─▶ shelved
  └─ lose ─────▶ lost
◉ lost
`)
  expect(mermaidOf(loan.machine)).toContain('s1 --> s2: after 30d')
})
