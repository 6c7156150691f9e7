import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryLog } from 'heddle'
import { afterAll, expect, test } from 'vitest'
import declared, { offerLot, placeBid } from './live.ts'

const folder = await mkdtemp(join(tmpdir(), 'heddle-guide-'))
const auction = await declared.open({ folder, ports: { log: memoryLog() } })
const [line = ''] = await auction.start()
const url = line.replace('ready ', '')
afterAll(async () => {
  await auction.close()
  await rm(folder, { recursive: true })
})

const ada = { authorization: 'Bearer ada' }
const as = (id: string) => ({ as: { id, permissions: ['auction:*'] } })

/** Opens a stream of events; `until` reads on until something was sent. */
async function subscribe(path: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${url}${path}`, { headers: { accept: 'text/event-stream', ...headers } })
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  return {
    status: response.status,
    async until(wanted: RegExp): Promise<RegExpExecArray> {
      for (let found = wanted.exec(text); ; found = wanted.exec(text)) {
        if (found) return found
        const { value, done } = await reader.read()
        if (done) throw new Error(`it ended with ${text}`)
        text += value
      }
    },
    close: () => reader.cancel(),
  }
}

test('a subscriber of a query is told the new answer after each change', async () => {
  await auction.callOrThrow(offerLot, { id: 'loom', title: 'A loom' }, as('ada'))
  const lot = await subscribe('/_heddle/live/auction/ShowLot?id=loom')
  await lot.until(/event: value\nid: [\w-]+\ndata: {"title":"A loom","bid":0}\n\n/)
  await auction.callOrThrow(placeBid, { id: 'loom', bid: 10 }, as('bob'))
  await lot.until(/data: {"title":"A loom","bid":10}\n\n/)
  await lot.close()
})

test('an event is pushed to those whom its rule lets through, and is there for who comes back', async () => {
  await auction.callOrThrow(offerLot, { id: 'wheel', title: 'A wheel' }, as('ada'))
  const events = await subscribe('/_heddle/live/events?on=auction.Outbid', ada)
  await auction.callOrThrow(placeBid, { id: 'wheel', bid: 1 }, as('ada'))
  await auction.callOrThrow(placeBid, { id: 'wheel', bid: 2 }, as('bob'))
  const [, id] = await events.until(
    /event: event\nid: (\d+)\ndata: {.*"data":{"lot":"wheel","bidder":"ada","bid":2}}\n\n/,
  )
  await events.close()
  await auction.callOrThrow(placeBid, { id: 'wheel', bid: 3 }, as('ada'))
  await auction.callOrThrow(placeBid, { id: 'wheel', bid: 4 }, as('bob'))
  const again = await subscribe('/_heddle/live/events?on=auction.Outbid', { ...ada, 'last-event-id': id! })
  // What bob was told of, when ada bid 3, is not for her.
  expect((await again.until(/data: (.*)\n\n/))[1]).toContain('"bid":4')
  await again.close()
})

test('what may not be called may not be subscribed to', async () => {
  const refused = await subscribe('/_heddle/live/events?on=auction.Nothing', ada)
  expect(refused.status).toBe(400)
  const command = await subscribe('/_heddle/live/auction/PlaceBid?id=loom&bid=1', ada)
  expect(command.status).toBe(400)
})
