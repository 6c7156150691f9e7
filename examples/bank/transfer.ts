import { join } from 'node:path'
import app, { transferMoney } from './app.ts'

const bank = await app.open({ folder: join(import.meta.dirname, '.heddle') })
const outcome = await bank.call(transferMoney, { from: 'ada', to: 'bob', cents: 900 })
if (!outcome.ok && outcome.errors[0]?.code === 'InsufficientFunds') {
  console.log(`${outcome.errors[0].data.missing} cents are missing`) // Typed: a number.
}
await bank.close()
