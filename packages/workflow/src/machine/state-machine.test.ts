import { app, command } from '@heddle/core'
import { sqlite } from '@heddle/data'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { newFolder } from '../../fixtures/placed-orders.ts'
import { nothing } from '../define/workflow.ts'
import { runOperations } from '../index.ts'
import { drawMachine, mermaidOf } from './diagram.ts'
import { stateMachine } from './state-machine.ts'

const told: string[] = []
const tell = command('lamp.Tell', {
  input: z.object({ text: z.string() }),
  output: nothing,
  run({ input: { text } }) {
    told.push(text)
    return {}
  },
})
const lamp = stateMachine('lamp.Lamp', {
  input: z.object({ minutes: z.union([z.string(), z.int()]) }),
  access: 'public',
  events: { press: nothing, breaks: z.object({ by: z.string() }) },
  steps: [tell],
  initial: 'off',
  states: {
    off: { on: { press: 'on' } },
    on: {
      async enter({ step }) {
        await step('tell', tell, { text: 'enter' })
      },
      async exit({ step }) {
        await step('tell', tell, { text: 'exit' })
      },
      on: {
        press: 'off',
        breaks: {
          to: 'broken',
          async run({ step, event }) {
            await step('tell', tell, { text: `broken by ${event.by}` })
          },
        },
      },
    },
    broken: { summary: 'For good', after: { time: 1, to: 'gone' } },
    gone: { final: true },
  },
})
const { awaits, updates } = lamp.ways

async function opened(folder = newFolder()) {
  const open = await app('lamp', { parts: [lamp], database: sqlite() }).open({ folder })
  await open.start()
  return open
}

test('actions run on the way into a state, out of it and between two, each once, and time leads on', async () => {
  told.length = 0
  const folder = newFolder()
  let open = await opened(folder)
  const { run } = await open.callOrThrow(lamp.command, { minutes: 5 })
  const press = { run, input: { event: 'press', data: {} } }
  await open.callOrThrow(updates.send!, press)
  await open.callOrThrow(updates.send!, press)
  await open.callOrThrow(updates.send!, press)
  await open.close()

  open = await opened(folder)
  const { waits } = await open.callOrThrow(runOperations.showRun, { run })
  expect(waits).toMatchObject([{ key: 'states[3]/on' }])
  const breaks = { run, input: { event: 'breaks', data: { by: 'Bob' } } }
  expect(await open.callOrThrow(updates.send!, breaks)).toEqual({ state: 'broken' })
  expect(await open.callOrThrow(awaits, { run })).toEqual({ state: 'gone', data: {} })
  expect(told).toEqual(['enter', 'exit', 'enter', 'exit', 'broken by Bob'])
  await open.close()
})

test('an event that the state does not allow is refused to who sends it, and changes nothing', async () => {
  const open = await opened()
  const { run } = await open.callOrThrow(lamp.command, { minutes: 5 })
  const refused = await open.call(updates.send!, { run, input: { event: 'breaks', data: { by: 'Bob' } } })
  expect(refused).toMatchObject({
    ok: false,
    errors: [{ code: 'EventNotAllowed', data: { event: 'breaks', state: 'off', allowed: ['press'] } }],
  })
  const unknown = await open.call(updates.send!, { run, input: { event: 'shout', data: {} } })
  expect(unknown).toMatchObject({ ok: false, errors: [{ category: 'data' }] })
  expect(await open.callOrThrow(lamp.ways.queries.state!, { run })).toMatchObject({ state: 'off', allowed: ['press'] })
  await open.close()
})

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
