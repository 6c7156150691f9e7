// needs: kosoku
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { app } from '@heddle/core'
import { expect, test } from 'vitest'
import { greet } from '../../../test/shop.ts'
import { http } from '../../http/http.ts'
import type { Mount } from '../../http/mount.ts'
import { protocolServer } from './protocol-server.ts'

const kosoku = join(import.meta.dirname, '../../../../../node_modules/.cache/heddle-python/bin/kosoku')

/** Sends back what it is sent, as the suite expects, by the server that speaks the protocol for `webSocket()`. */
const echo: Mount = {
  name: 'echo',
  mount() {
    // Its largest message is 16 MiB.
    const server = protocolServer(16 * 1024 * 1024)
    return {
      upgrades: {
        '/': (incoming, socket, head) =>
          server.handleUpgrade(incoming, socket, head, (ws) => {
            ws.on('error', () => undefined)
            ws.on('message', (message: Buffer, isBinary: boolean) => ws.send(message, { binary: isBinary }))
          }),
      },
    }
  },
}

type Report = Readonly<Record<string, Readonly<Record<string, { behavior: string; behaviorClose: string }>>>>

test('the cases of the Autobahn test suite pass, but for those of compression, which is not offered', async () => {
  const reports = mkdtempSync(join(tmpdir(), 'heddle-autobahn-'))
  const part = http({ port: 0, mounts: [echo], page: false })
  const opened = await app('echo', { parts: [greet, part] }).open()
  await opened.start()
  const { host } = new URL(part.url!)
  const without = ['12.*', '13.*'].flatMap((cases) => ['--exclude', cases])
  // It ends with 1 where a case fails; which one is told below.
  await promisify(execFile)(kosoku, [host, '--parallelism', '4', ...without, '--outdir', reports]).catch(
    () => undefined,
  )
  const report = JSON.parse(readFileSync(join(reports, 'index.json'), 'utf8')) as Report
  await opened.close()
  rmSync(reports, { recursive: true })

  const cases = Object.values(report).flatMap((agent) => Object.entries(agent))
  const passed = new Set(['OK', 'NON-STRICT', 'INFORMATIONAL'])
  const failed = cases.filter(([, one]) => !passed.has(one.behavior) || !passed.has(one.behaviorClose))
  expect(failed).toEqual([])
  expect(cases.length).toBe(301)
})
