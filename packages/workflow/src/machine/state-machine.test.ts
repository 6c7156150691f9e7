import { app } from '@heddle/core'
import { sqlite } from '@heddle/data'
import { expect, test } from 'vitest'
import { lamp, testStateMachines } from '../../fixtures/contracts/state-machines.ts'
import { newFolder } from '../../fixtures/placed-orders.ts'
import { nothing } from '../define/workflow.ts'
import { drawMachine, mermaidOf } from './diagram.ts'
import { stateMachine } from './state-machine.ts'

testStateMachines(() => sqlite())

test('a machine that does not hold together is refused where it is defined', () => {
  const define =
    (states: object, initial = 'one') =>
    () =>
      stateMachine('lamp.Wrong', { input: nothing, events: { go: nothing }, initial, states: states as never })
  const end = { final: true }
  expect(define({ one: { on: { go: 'two' } } })).toThrow('leads to "two"')
  expect(define({ one: { on: { jump: 'two' } }, two: end })).toThrow('allows "jump"')
  expect(define({ one: { on: { go: 'two' } }, two: end, three: end })).toThrow('nothing leads to the state "three"')
  expect(define({ one: {} })).toThrow('nothing leads out of it')
  expect(define({ one: { final: true, on: { go: 'one' } } })).toThrow('is left all the same')
  expect(define({ one: end }, 'none')).toThrow('initial leads to "none"')
})

test('a machine is drawn as Mermaid and for a terminal, and its states are in the manifest', () => {
  expect(mermaidOf(lamp.machine)).toBe(`stateDiagram-v2
  state "off" as s0
  state "on" as s1
  state "broken" as s2
  state "gone" as s3
  [*] --> s0
  s0 --> s1: press
  s1 --> s0: press
  s1 --> s2: breaks
  s2 --> s3: after 1
  s3 --> [*]
`)
  expect(drawMachine(lamp.machine)).toBe(`● off
  └─ press ─▶ on
○ on
  ├─ press ──▶ off
  └─ breaks ─▶ broken
○ broken  For good
  └─ after 1 ─▶ gone
◉ gone
`)
  expect(lamp.describe()).toMatchObject({ machine: lamp.machine, name: 'lamp.Lamp' })
})

test('a machine that only time leads on declares no events, and none can be sent to it', async () => {
  const fuse = stateMachine('lamp.Fuse', {
    input: nothing,
    access: 'public',
    events: {},
    initial: 'whole',
    states: { whole: { after: { time: '1h', to: 'blown' } }, blown: { final: true } },
  })
  const open = await app('lamp', { parts: [fuse], database: sqlite() }).open({ folder: newFolder() })
  const { run } = await open.callOrThrow(fuse.command, {})
  expect(await open.callByName('lamp.UpdateFuseSend', { run, input: { event: 'blow' } })).toMatchObject({
    ok: false,
    errors: [{ category: 'data', path: ['input'] }],
  })
  await open.close()
})
