import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { LiveClient } from '../packages/serve/test/live-client.ts'

/** By hand: `UPLOAD_MB=1024 npx vitest run test/upload-memory-websocket.test.ts`. */
const sizeMb = Number(process.env['UPLOAD_MB'] ?? 100)
const pieceBytes = 64 * 1024
const windowBytes = 256 * 1024

function* pieces(count: number): Generator<Buffer> {
  for (let index = 0; index < count * 16; index++) yield Buffer.alloc(pieceBytes, index % 256)
}

/** Sends a file as fast as the server takes it, and gives what the call answers. */
async function upload(client: LiveClient, number: number, id: string, count: number): Promise<unknown> {
  let allowed = windowBytes
  let go: () => void = () => undefined
  client.onFrame = (told) => {
    if (told.file !== number) return
    allowed += told.more as number
    go()
  }
  client.send({
    id: number,
    call: 'store.Keep',
    input: { id, content: { upload: number, type: 'application/x-test' } },
  })
  for (const piece of pieces(count)) {
    while (allowed < piece.byteLength) await new Promise<void>((resolve) => (go = resolve))
    allowed -= piece.byteLength
    client.sendBytes(number, piece)
  }
  client.sendBytes(number)
  return (await client.end(number)).value
}

/** Gets a file, and gives its hash. */
async function download(client: LiveClient, id: string): Promise<string> {
  const hash = createHash('sha256')
  let taken = 0
  client.onBytes = (frame) => {
    hash.update(frame.subarray(4))
    taken += frame.byteLength - 4
    if (taken < windowBytes / 2) return
    client.send({ file: frame.readUInt32BE(), more: taken })
    taken = 0
  }
  await client.call(`get ${id}`, 'store.Fetch', { id })
  return hash.digest('hex')
}

test('a file over WebSocket takes less than 64 MB, however large it is, and comes back as it was', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-upload-ws-'))
  const child = spawn(process.execPath, [join(import.meta.dirname, 'fixtures/upload-server.ts'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const ended = once(child, 'exit')
    const [line] = (await Promise.race([once(createInterface(child.stdout), 'line'), ended])) as [unknown]
    await using client = await LiveClient.connect(/http:\/\/[^\s/]+/.exec(String(line))![0])
    const peakMb = async (id: string) =>
      ((await client.call(id, 'store.Memory')).value as { peakBytes: number }).peakBytes / 1024 / 1024

    // The first ones load the code and warm it up.
    await upload(client, 1, 'small', 2)
    await download(client, 'small')
    const before = await peakMb('before')
    const stored = await upload(client, 2, 'big', sizeMb)
    const uploaded = (await peakMb('uploaded')) - before
    const sha256 = await download(client, 'big')
    const downloaded = (await peakMb('downloaded')) - before

    const hash = createHash('sha256')
    for (const piece of pieces(sizeMb)) hash.update(piece)
    const expected = hash.digest('hex')
    expect([stored, sha256]).toMatchObject([{ sha256: expected, sizeBytes: sizeMb * 1024 * 1024 }, expected])
    console.log(`${sizeMb} MB: peak +${uploaded.toFixed(0)} MB up, +${downloaded.toFixed(0)} MB down`)
    expect(downloaded).toBeLessThan(64)
  } finally {
    child.kill()
    await once(child, 'exit').catch(() => undefined)
    rmSync(folder, { recursive: true })
  }
})
