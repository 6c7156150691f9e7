import { join } from 'node:path'
import { app, sqlite } from 'heddle'
import { openAccount, transferMoney } from '../../../examples/bank/app.ts'
import { faults } from '../faults.ts'
import type { Subject } from '../subject.ts'
import { surfacesOf } from './surfaces-of.ts'

const declare: Subject['declare'] = (tell) =>
  app('bank', { parts: [openAccount, transferMoney, ...surfacesOf()], database: sqlite(), hooks: faults(tell) })

/** The bank of the examples. */
export const bank: Subject = {
  name: 'bank',
  file: join(import.meta.dirname, 'bank.ts'),
  declare,
  surroundings: async () => ({ environment: {}, close: async () => undefined }),
  async prepare(open) {
    // The example of `bank.OpenAccount` opens the account of Ada.
    await open.callOrThrow(openAccount, { id: 'bob', balance: 500 })
    return {}
  },
}

export default declare(() => undefined)
