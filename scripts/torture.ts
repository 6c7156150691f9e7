// npm run torture -- --kills 500 [--seed 7] [--postgres]: the long form of the kill tests of workflows.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { torture } from '../test/fixtures/torture.ts'
import { startPostgres } from './services/postgres.ts'

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '500' },
    seed: { type: 'string', default: '7' },
    postgres: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log('npm run torture -- [--kills 500] [--seed 7] [--postgres]')
  process.exit()
}
const kills = Number(values.kills)
const seed = Number(values.seed)
const folder = mkdtempSync(join(tmpdir(), 'heddle-torture-'))
const server = values.postgres ? await startPostgres() : undefined
const began = performance.now()
try {
  console.log(`${kills} kills, seed ${seed}, ${server ? 'three workers on PostgreSQL' : 'one process on SQLite'}`)
  const tortured = await torture({
    folder,
    ...(server && { databaseUrl: server.url('postgres') }),
    kills,
    seed,
    workers: server ? 3 : 1,
    say: (line) => console.log(line.slice(0, 300)),
  })
  const seconds = Math.round((performance.now() - began) / 1000)
  const where = Object.entries(tortured.kills).map(([kind, many]) => `${many} at ${kind}`)
  console.log(`${kills} kills in ${seconds} s: ${where.join(', ')}`)
  console.log(
    `${tortured.runs} runs ended as they should, none is stuck, ${tortured.effects} effects each happened once`,
  )
  console.log(`the service outside was told again ${tortured.repeated} times, each time under the key that it knew`)
} finally {
  await server?.remove()
  rmSync(folder, { recursive: true, force: true })
}
