import { createInterface } from 'node:readline'
import { type Duplex, duplexPair, PassThrough, type Readable } from 'node:stream'
import { type AnyFailure, failed, type Outcome, success, systemFailure } from '@heddle/core'
import { expect, test } from 'vitest'
import { AgentRelay } from './agent-relay.ts'

/** A process that serves the app, as its side of the connection. */
interface Server {
  readonly side: Duplex
  heard(): Promise<unknown>
  says(message: object): void
}

const linesOf = (input: Readable) => {
  const lines = createInterface({ input })[Symbol.asyncIterator]()
  return async () => JSON.parse((await lines.next()).value as string) as unknown
}

/** A relay with an agent before it, and the processes that it finds one after the other. */
function relayed(...found: (AnyFailure | 'server')[]) {
  const servers: Server[] = []
  const connect = async (): Promise<Outcome<Duplex, AnyFailure>> => {
    const next = found.shift() ?? systemFailure('Unavailable', { what: 'it' })
    if (next !== 'server') return failed([next])
    const [ours, side] = duplexPair()
    servers.push({ side, heard: linesOf(side), says: (message) => void side.write(`${JSON.stringify(message)}\n`) })
    return success(ours)
  }
  const output = new PassThrough()
  const relay = new AgentRelay(output, connect)
  return { relay, servers, told: linesOf(output), say: (message: object) => relay.say(JSON.stringify(message)) }
}

const request = (id: number, method: string, params: object = {}) => ({ jsonrpc: '2.0', id, method, params })
const answer = (id: number) => ({ jsonrpc: '2.0', id, result: {} })

test('a new process hears again what holds for the connection, and the agent is not answered twice', async () => {
  const { relay, servers, told, say } = relayed('server', 'server')
  const hello = request(1, 'initialize')
  const watch = request(2, 'resources/subscribe', { uri: 'heddle://a' })
  const other = request(3, 'resources/subscribe', { uri: 'heddle://b' })
  for (const asked of [hello, watch, other]) {
    await say(asked)
    expect(await servers[0]!.heard()).toEqual(asked)
    servers[0]!.says(answer(asked.id))
    expect(await told()).toEqual(answer(asked.id))
  }
  await say(request(4, 'resources/unsubscribe', { uri: 'heddle://b' }))
  await servers[0]!.heard()
  servers[0]!.says(answer(4))
  await told()

  servers[0]!.side.destroy()
  while (servers.length < 2) await new Promise(setImmediate)
  const call = request(5, 'tools/call')
  await say(call)
  const again = servers[1]!
  expect([await again.heard(), await again.heard(), await again.heard()]).toEqual([hello, watch, call])
  for (const id of [1, 2, 5]) again.says(answer(id))
  expect(await told()).toEqual(answer(5))
  relay.close()
  await relay.over
})

test('what a process left unanswered is told to the agent, and so is that there is none', async () => {
  const { relay, servers, told, say } = relayed('server')
  await say(request(1, 'tools/call'))
  await servers[0]!.heard()
  servers[0]!.side.destroy()
  expect(await told()).toMatchObject({
    id: 1,
    error: { code: -32_000, message: expect.stringContaining('serves the app') },
  })
  await say(request(2, 'tools/call'))
  expect(await told()).toMatchObject({ id: 2, error: { code: -32_000 } })
  relay.close()
})

test('an agent that may not be served any more is let go', async () => {
  const { relay, servers, say } = relayed(
    'server',
    systemFailure('UnknownPrincipal', { principal: 'ward-7', tenant: 'main' }),
  )
  await say(request(1, 'tools/call'))
  servers[0]!.side.destroy()
  await expect(relay.over).rejects.toMatchObject({ code: 'UnknownPrincipal' })
})
