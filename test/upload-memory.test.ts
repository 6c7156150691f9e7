import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type IncomingMessage, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { expect, test } from 'vitest'

/** By hand: `UPLOAD_MB=1024 npx vitest run test/upload-memory.test.ts`. */
const sizeMb = Number(process.env['UPLOAD_MB'] ?? 200)
const boundary = 'a-boundary'

function* megabytes(count: number): Generator<Buffer> {
  for (let index = 0; index < count; index++) yield Buffer.alloc(1024 * 1024, index % 256)
}
function* form(id: string, count: number): Generator<Buffer> {
  const part = (rest: string) => `--${boundary}\r\ncontent-disposition: form-data; name=${rest}\r\n\r\n`
  yield Buffer.from(
    `${part('"id"')}${id}\r\n${part('"content"; filename="big.bin"\r\ncontent-type: application/x-test')}`,
  )
  yield* megabytes(count)
  yield Buffer.from(`\r\n--${boundary}--\r\n`)
}

async function send(url: string, id: string, count: number): Promise<{ status: number | undefined; body: unknown }> {
  const sent = request(`${url}/store/Keep`, {
    method: 'POST',
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
  })
  const answered = once(sent, 'response') as Promise<[IncomingMessage]>
  await pipeline(Readable.from(form(id, count)), sent)
  const [answer] = await answered
  let text = ''
  for await (const chunk of answer) text += String(chunk)
  return { status: answer.statusCode, body: JSON.parse(text) }
}

test('an upload into a blob takes less than 64 MB, however large it is, and comes back as it was', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-upload-'))
  const child = spawn(process.execPath, [join(import.meta.dirname, 'fixtures/upload-server.ts'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const ended = once(child, 'exit')
    const [line] = (await Promise.race([once(createInterface(child.stdout), 'line'), ended])) as [unknown]
    const url = /http:\/\/[^\s/]+/.exec(String(line))![0]
    const peak = async () => ((await (await fetch(`${url}/store/Memory`)).json()) as { peakBytes: number }).peakBytes

    // The first one loads the code and warms it up.
    expect((await send(url, 'small', 2)).status).toBe(200)
    const before = await peak()
    const stored = await send(url, 'big', sizeMb)
    const grownMb = ((await peak()) - before) / 1024 / 1024
    const hash = createHash('sha256')
    for (const chunk of megabytes(sizeMb)) hash.update(chunk)
    const sha256 = hash.digest('hex')
    expect(stored).toMatchObject({ status: 200, body: { sha256, sizeBytes: sizeMb * 1024 * 1024, name: 'big.bin' } })
    console.log(`the server grew by ${grownMb.toFixed(1)} MB while it took ${sizeMb} MB`)
    expect(grownMb).toBeLessThan(64)

    const back = createHash('sha256')
    const answer = await fetch(`${url}/store/Fetch?id=big`)
    for await (const chunk of answer.body as AsyncIterable<Uint8Array>) back.update(chunk)
    expect(back.digest('hex')).toBe(sha256)
    expect(((await peak()) - before) / 1024 / 1024).toBeLessThan(64)
    child.kill('SIGTERM')
    expect(await ended).toEqual([0, null])
  } finally {
    child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
}, 120_000)
