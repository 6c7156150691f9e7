import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { app } from '@heddle/core'
import { http, type Mount } from '@heddle/serve'
import { protocolServer } from '../../packages/serve/src/live/websocket/protocol-server.ts'
import { provide, pythonFolder } from '../services/needs.ts'
import { runProcess } from './run-process.ts'
import type { Report, Suite } from './suite.ts'

/** Its largest message is 16 MiB. */
const largestBytes = 16 * 1024 * 1024

/** Sends back what it is sent, as the suite expects, by the server that speaks the protocol for `webSocket()`. */
const echo: Mount = {
  name: 'echo',
  mount() {
    const server = protocolServer(largestBytes)
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

type Cases = Readonly<Record<string, { readonly behavior: string; readonly behaviorClose: string }>>

/** The cases of the Autobahn test suite for servers, run by a program that needs no Python 2. */
export const webSocketSuite: Suite = {
  name: 'websocket',
  standard: 'RFC 6455, what speaks it for webSocket()',
  material: 'Autobahn test suite in kosoku 0.1.0 of PyPI',
  async run() {
    const why = provide(['kosoku']).missing.get('kosoku')
    if (why !== undefined) return { passed: 0, total: 0, failures: [], notRun: why }
    const reports = await mkdtemp(join(tmpdir(), 'heddle-autobahn-'))
    const part = http({ port: 0, mounts: [echo], page: false })
    const opened = await app('echo', { parts: [part] }).open()
    await opened.start()
    try {
      const { host } = new URL(part.url!)
      // It ends with 1 where a case fails; which one stands in its report.
      await runProcess(join(pythonFolder, 'bin/kosoku'), [host, '--parallelism', '4', '--outdir', reports])
      const [cases = {}] = Object.values(JSON.parse(await readFile(join(reports, 'index.json'), 'utf8')) as object)
      return told(cases as Cases)
    } finally {
      await opened.close()
      await rm(reports, { recursive: true })
    }
  },
}

/** Allowed, but not what the suite would do; and told without a judgement. */
const passing = new Set(['OK', 'NON-STRICT', 'INFORMATIONAL'])

function told(cases: Cases): Report {
  const all = Object.entries(cases)
  const failed = all.filter(([, { behavior, behaviorClose }]) => !(passing.has(behavior) && passing.has(behaviorClose)))
  const isLeftOut = (name: string, behavior: string) => /^1[23]\./.test(name) && behavior === 'UNIMPLEMENTED'
  const leftOut = failed.filter(([name, { behavior }]) => isLeftOut(name, behavior)).length
  const others = failed.filter(([name, { behavior }]) => !isLeftOut(name, behavior))
  return {
    passed: all.length - failed.length,
    total: all.length,
    failures: [
      ...others.map(([name, { behavior, behaviorClose }]) => `${name}: ${behavior}, ${behaviorClose} when it closes`),
      ...(leftOut > 0 ? [`12 and 13: ${leftOut} cases of compression, which is not offered`] : []),
    ],
  }
}
