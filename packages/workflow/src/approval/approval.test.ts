import { app, command, type OpenApp } from '@heddle/core'
import { sqlite } from '@heddle/data'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { newFolder } from '../../fixtures/placed-orders.ts'
import { runOperations, workflow } from '../index.ts'

const pay = command('till.Pay', {
  input: z.object({ cents: z.int() }),
  output: z.object({ paid: z.int() }),
  run: ({ input }) => ({ paid: input.cents }),
})
const buy = workflow('till.Buy', {
  input: z.object({ cents: z.int(), patience: z.string().optional() }),
  output: z.object({ paid: z.int(), by: z.string() }),
  errors: { Refused: z.object({ why: z.string() }) },
  access: 'till:buy',
  steps: [pay],
  approvals: {
    big: {
      summary: 'Pay a big amount',
      form: z.object({ ok: z.boolean(), note: z.string().default('') }),
      by: 'till:approve',
    },
  },
  async run({ input: { cents, patience }, approval, step, fail }) {
    const given = patience === undefined ? await approval('big') : await approval('big', { timeout: patience })
    if (!given) return fail.Refused({ why: 'nobody answered' })
    if (!given.answer.ok) return fail.Refused({ why: given.answer.note })
    const { paid } = await step('pay', pay, { cents })
    return { paid, by: given.by ?? 'nobody' }
  },
})
const buyMany = workflow('till.BuyMany', {
  input: z.object({ names: z.array(z.string()) }),
  output: z.object({ allowed: z.array(z.boolean()) }),
  approvals: { item: { form: z.object({ ok: z.boolean() }), by: 'till:approve' } },
  async run({ input: { names }, each }) {
    const given = await each('items', names, { key: (name) => name }, (_name, { approval }) => approval('item'))
    return { allowed: given.map(({ answer }) => answer.ok) }
  },
})

const boss = { id: 'boss', permissions: ['till:approve'] }
const clerk = { id: 'clerk', permissions: ['till:buy'] }

async function opened(folder = newFolder()): Promise<OpenApp> {
  const running = await app('till', { parts: [buy, buyMany], database: sqlite() }).open({ folder })
  await running.start()
  return running
}

/** What waits for an approval, as soon as so many do. */
async function waiting(running: OpenApp, count: number, as = boss) {
  for (;;) {
    const { approvals } = await running.callOrThrow(runOperations.listApprovals, {}, { as })
    if (approvals.length >= count) return approvals
    await new Promise(setImmediate)
  }
}
const { awaits, approvals } = buy.ways

test('an approval is listed with its form for those who may answer, and its answer brings the run on', async () => {
  const running = await opened()
  const { run } = await running.callOrThrow(buy.command, { cents: 900 }, { as: clerk })
  const [listed] = await waiting(running, 1)
  expect(listed).toMatchObject({
    run,
    workflow: 'till.Buy',
    approval: 'big',
    key: 'big',
    summary: 'Pay a big amount',
    command: 'till.AnswerBuyBig',
    form: { properties: { ok: { type: 'boolean' } }, required: ['ok'] },
  })
  expect(await running.callOrThrow(runOperations.explainRun, { run })).toMatchObject({
    because: [expect.stringMatching(/^At big it waits for the approval big/)],
    help: `Answer it: heddle approvals answer ${run} --key big --answer '{ "ok": … }'`,
  })
  const asClerk = await running.callOrThrow(runOperations.listApprovals, {}, { as: clerk })
  expect(asClerk.approvals).toEqual([])
  const denied = await running.call(approvals.big!, { run, answer: { ok: true } }, { as: clerk })
  expect(denied).toMatchObject({ ok: false, errors: [{ code: 'Denied' }] })
  const wrong = await running.call(approvals.big!, { run, answer: { ok: 'yes' } }, { as: boss })
  expect(wrong).toMatchObject({ ok: false, errors: [{ code: 'InvalidType' }] })
  await running.callOrThrow(approvals.big!, { run, answer: { ok: true } }, { as: boss })
  expect(await running.call(awaits, { run })).toEqual({ ok: true, value: { paid: 900, by: 'boss' } })
  await running.close()
})

test('of many who answer at once one is heard, and the others are told so', async () => {
  const running = await opened()
  const { run } = await running.callOrThrow(buy.command, { cents: 900 })
  await waiting(running, 1)
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, index) =>
      running.call(approvals.big!, { run, answer: { ok: false, note: `no ${index}` } }, { as: boss }),
    ),
  )
  const heard = answers.flatMap(({ ok }, index) => (ok ? [index] : []))
  expect(heard).toHaveLength(1)
  // Whether the run has ended by then is a matter of luck.
  for (const outcome of answers) {
    if (!outcome.ok) expect(outcome.errors[0]).toMatchObject({ code: expect.stringMatching(/^(NoApproval|RunEnded)$/) })
  }
  const outcome = await running.call(awaits, { run })
  expect(outcome).toMatchObject({ ok: false, errors: [{ code: 'Refused', data: { why: `no ${heard[0]}` } }] })
  await running.close()
})

test('when its time is over an approval is not open any more', async () => {
  const running = await opened()
  const { run } = await running.callOrThrow(buy.command, { cents: 900, patience: '20ms' })
  const outcome = await running.call(awaits, { run })
  expect(outcome).toMatchObject({ ok: false, errors: [{ code: 'Refused', data: { why: 'nobody answered' } }] })
  const late = await running.call(approvals.big!, { run, answer: { ok: true } }, { as: boss })
  expect(late).toMatchObject({ ok: false, errors: [{ code: 'RunEnded' }] })
  await running.close()
})

test('several approvals of one run are answered by their keys', async () => {
  const running = await opened()
  const { run } = await running.callOrThrow(buyMany.command, { names: ['a', 'b'] })
  const listed = await waiting(running, 2)
  expect(listed.map(({ key }) => key).sort()).toEqual(['items[a]/item', 'items[b]/item'])
  const answer = buyMany.ways.approvals.item!
  const unclear = await running.call(answer, { run, answer: { ok: true } })
  expect(unclear).toMatchObject({ ok: false, errors: [{ code: 'NoApproval' }] })
  await running.callOrThrow(answer, { run, key: 'items[b]/item', answer: { ok: false } })
  await running.callOrThrow(answer, { run, key: 'items[a]/item', answer: { ok: true } })
  expect(await running.call(buyMany.ways.awaits, { run })).toEqual({ ok: true, value: { allowed: [true, false] } })
  await running.close()
})

test('an approval is still open in the next process, and its answer is kept', async () => {
  const folder = newFolder()
  const first = await opened(folder)
  const { run } = await first.callOrThrow(buy.command, { cents: 900 })
  await waiting(first, 1)
  await first.close()
  const second = await opened(folder)
  await waiting(second, 1)
  await second.callOrThrow(approvals.big!, { run, answer: { ok: true } }, { as: boss })
  expect(await second.call(awaits, { run })).toMatchObject({ ok: true, value: { by: 'boss' } })
  await second.close()
})
