import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { app } from '@heddle/core'
import { usualDatabase } from '@heddle/data/testing'
import { afterEach, expect, test } from 'vitest'
import { job } from './job.ts'

const patient = { timeout: 45_000 }
const closing: (() => void | Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

test('a plan that is reloaded, and one that is rolled back to, runs with the addresses and headers that stand in it, which are masked where it is told', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-reloaded-'))
  closing.push(() => rmSync(folder, { recursive: true, force: true }))
  const got: string[] = []
  const server = createServer((request, response) => {
    request.resume()
    got.push(`${request.url} ${request.headers.authorization}`)
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => void server.close())
  const { port } = server.address() as AddressInfo

  const [file, lines] = [join(folder, 'send.yaml'), join(folder, 'in.ndjson')]
  const write = (steps: string) =>
    writeFileSync(
      file,
      `heddle: 1
pipeline: fl.Send
access: public
source: { file: { path: ${JSON.stringify(lines)}, follow: true }, type: { n: int } }
${steps}sink: { http: { url: 'http://127.0.0.1:${port}/in?key=k1', headers: { authorization: 'Bearer t1' } } }
checkpoint: 20ms
`,
    )
  const whole = '/in?key=k1 Bearer t1'
  const untilSent = async (n: number) => {
    appendFileSync(lines, `{"n":${n}}\n`)
    await expect.poll(() => got, patient).toEqual(Array(n).fill(whole))
  }
  writeFileSync(lines, '')
  write('')
  const send = job(pathToFileURL(file))
  const running = await app('fl', { parts: [send], database: usualDatabase() }).open({ folder: join(folder, 'data') })
  closing.push(() => running.close())
  await running.start()
  const hashOf = async () => {
    const outcome = await running.callByName('heddle.ShowPipeline', { pipeline: 'fl.Send' })
    expect(JSON.stringify(outcome)).not.toMatch(/k1|t1/)
    return (outcome as unknown as { value: { hash: string } }).value.hash
  }
  const planOfJob = async () => {
    const outcome = await running.callByName('heddle.ShowJob', { job: 'fl.Send' })
    return (outcome as unknown as { value: { plan: string } }).value.plan
  }
  await untilSent(1)
  const version = await hashOf()

  write('steps:\n  - { id: some, filter: it.n > 0 }\n')
  expect(await running.callByName('heddle.ReloadPipelines', {})).toMatchObject({ ok: true })
  await expect.poll(planOfJob, patient).not.toBe(version)
  await untilSent(2)
  expect(await planOfJob()).toBe(await hashOf())

  expect(await running.callByName('heddle.RollBackPipeline', { pipeline: 'fl.Send', version })).toMatchObject({
    ok: true,
  })
  await expect.poll(planOfJob, patient).toBe(version)
  await untilSent(3)
}, 60_000)
