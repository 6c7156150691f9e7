import { expect, test } from 'vitest'
import { z } from 'zod'
import { after, app, command, type Hook, memoryLog, type PortScope } from '../index.ts'
import { recordingTransactions } from '../testing/index.ts'

const Store = { kind: 'port', name: 'demo.Store', external: false, bind: ({ unit }: PortScope) => unit } as const

async function opened(run: (touch: () => void) => unknown, hooks: Hook[] = []) {
  const transactions = recordingTransactions()
  const work = command('demo.Work', {
    input: z.object({}),
    output: z.unknown(),
    uses: [Store],
    hooks,
    run: ({ ctx }) => run(() => void ctx.use(Store)),
  })
  const open = await app('demo', { parts: [work] }).open({ ports: { transactions, log: memoryLog() } })
  return { open, work, events: transactions.events }
}

test('a call that does not wait gives its outcome at once', async () => {
  const { open, work, events } = await opened((touch) => (touch(), 'x'))
  expect(open.runSync(work, {})).toEqual({ ok: true, value: 'x' })
  expect(events).toEqual(['unit 1 begin command', 'unit 1 commit'])
})

test.each<[string, (touch: () => void) => unknown, Hook[]]>([
  ['body', async (touch) => touch(), []],
  ['hook', (touch) => touch(), [after('executing', async () => undefined)]],
])('a call with an asynchronous %s is a defect, and nothing of it is written', async (_what, run, hooks) => {
  const { open, work, events } = await opened(run, hooks)
  expect(() => open.runSync(work, {})).toThrow('was run synchronously')
  await open.close()
  expect(events).toEqual(['unit 1 begin command', 'unit 1 rollback'])
})
