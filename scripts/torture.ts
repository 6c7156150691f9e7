// npm run torture -- --kills 500 [--seed 7] [--postgres]: the long form of the kill tests of workflows.
// npm run torture -- --stream --kills 500 [--records 1000000]: that of the kill tests of jobs.
// npm run torture -- --stream --keys 10000000: state of very many keys in a process that has room for a quarter of it.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { tortureStream } from '../test/fixtures/stream-torture.ts'
import { torture } from '../test/fixtures/torture.ts'
import { startPostgres } from './services/postgres.ts'

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '500' },
    seed: { type: 'string', default: '7' },
    postgres: { type: 'boolean', default: false },
    stream: { type: 'boolean', default: false },
    records: { type: 'string', default: '1000000' },
    keys: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log(
    'npm run torture -- [--kills 500] [--seed 7] [--postgres | --stream [--records 1000000 | --keys 10000000]]',
  )
  process.exit()
}
const kills = Number(values.kills)
const seed = Number(values.seed)
const folder = mkdtempSync(join(tmpdir(), 'heddle-torture-'))
const began = performance.now()
const seconds = () => Math.round((performance.now() - began) / 1000)
const say = (line: string) => console.log(line.slice(0, 300))
try {
  if (values.stream && values.keys !== undefined) tortureState(Number(values.keys))
  else if (values.stream) await tortureJobs(Number(values.records))
  else await tortureWorkflows()
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** The table of a job that was killed is that of one that was never disturbed. */
async function tortureJobs(records: number): Promise<void> {
  say(`${kills} kills, seed ${seed}, over ${records} orders and their payments`)
  const job = { sink: '{ table: { name: sales } }', records, seed }
  const quiet = await tortureStream({ ...job, folder: join(folder, 'quiet'), kills: 0 })
  say(`${quiet.told.split('\n').length - 1} rows without a kill, after ${seconds()} s`)
  const killed = await tortureStream({ ...job, folder: join(folder, 'killed'), kills, say })
  if (killed.told !== quiet.told) {
    writeFileSync('torture-quiet.ndjson', quiet.told)
    writeFileSync('torture-killed.ndjson', killed.told)
    throw new Error('The tables differ: compare torture-quiet.ndjson with torture-killed.ndjson')
  }
  say(`${kills} kills in ${seconds()} s: the table is the same, byte for byte`)
}

/** The state of very many keys is right in a process whose memory is smaller than a quarter of it. */
function tortureState(keys: number): void {
  const script = join(import.meta.dirname, '../test/fixtures/large-state.ts')
  // The engine would let garbage lie for longer where it has the room.
  const frugal = ['--max-old-space-size=112', '--max-semi-space-size=4']
  const { stdout, stderr } = spawnSync(process.execPath, [...frugal, script, join(folder, 'state'), `${keys}`, '32'], {
    encoding: 'utf8',
  })
  if (stdout === '') throw new Error(stderr)
  const told = JSON.parse(stdout) as Record<'keys' | 'wrong' | 'stateBytes' | 'peak' | 'filled' | 'changed', number>
  const inMiB = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MiB`
  say(`${told.keys} keys in ${seconds()} s, ${inMiB(told.stateBytes)} of state, ${told.wrong} of 40,000 are wrong`)
  say(`a new key took ${told.filled.toFixed(1)} µs, one that had to be read ${told.changed.toFixed(1)} µs of CPU time`)
  say(`the process never had more than ${inMiB(told.peak)}; a quarter of its state is ${inMiB(told.stateBytes / 4)}`)
  if (told.wrong > 0 || told.keys !== keys || told.peak > told.stateBytes / 4) process.exitCode = 1
}

async function tortureWorkflows(): Promise<void> {
  const server = values.postgres ? await startPostgres() : undefined
  try {
    say(`${kills} kills, seed ${seed}, ${server ? 'three workers on PostgreSQL' : 'one process on SQLite'}`)
    const tortured = await torture({
      folder,
      ...(server && { databaseUrl: server.url('postgres') }),
      kills,
      seed,
      workers: server ? 3 : 1,
      say,
    })
    const where = Object.entries(tortured.kills).map(([kind, many]) => `${many} at ${kind}`)
    say(`${kills} kills in ${seconds()} s: ${where.join(', ')}`)
    say(`${tortured.runs} runs ended as they should, none is stuck, ${tortured.effects} effects each happened once`)
    say(`the service outside was told again ${tortured.repeated} times, each time under the key that it knew`)
  } finally {
    await server?.remove()
  }
}
