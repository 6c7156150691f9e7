// An app of its own behind pairs of pipes, one for each caller: what an agent that starts it finds at its standard input and output.
import { mkdtempSync } from 'node:fs'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryLog } from '@heddle/core'
import { serveMcpStdio } from '@heddle/serve/mcp'
import { subjects } from '../apps/subjects.ts'
import { tellByLine } from '../faults.ts'
import { callers, principalOf } from '../principals.ts'

const subject = subjects.find(({ name }) => name === process.argv[2])!
const around = await subject.surroundings()
const folder = mkdtempSync(join(tmpdir(), 'heddle-parity-'))
const app = await subject
  .declare(tellByLine)
  .open({ folder, environment: around.environment, ports: { log: memoryLog() } })
await app.start()
await subject.prepare(app)
const served = callers.map((caller, index) => {
  const pipe = new Socket({ fd: 3 + index })
  return serveMcpStdio(app, { as: principalOf(caller), input: pipe, output: pipe }).closed.then(() => pipe.destroy())
})
await Promise.all(served)
await app.close()
await around.close()
