import { seededRandom } from 'heddle'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { callSurely, followSse, followWebSocket, type LiveServer, startLive } from './fixtures/live-client.ts'

const seed = Number(process.env.HEDDLE_SEED ?? 7)
/** How often the server dies; `HEDDLE_KILLS=20` for longer. */
const kills = Number(process.env.HEDDLE_KILLS ?? 3)
const folder = mkdtempSync(join(tmpdir(), 'heddle-live-kill-'))
let server: LiveServer
afterEach(async () => {
  await server.kill()
  rmSync(folder, { recursive: true, force: true })
})

test(
  `subscribers go on after each kill -9 of their server: no event is missed or told twice (seed ${seed})`,
  { timeout: 60_000 + kills * 20_000 },
  async ({ signal }) => {
    server = await startLive(folder)
    const { url, port } = server
    const random = seededRandom(seed)
    const over = new AbortController()
    const both = AbortSignal.any([signal, over.signal])
    const authorization = 'Bearer ada'

    const texts: string[] = []
    let wake: () => void = () => undefined
    const following = (async () => {
      // From the first event on, so that it does not matter when the first connection is made.
      const events = followSse(`${url}/_heddle/live/events?on=live.Told&after=0`, { authorization }, both)
      for await (const { event, data } of events) {
        expect(event).toBe('event')
        texts.push((data as { data: { text: string } }).data.text)
        wake()
      }
    })()
    // The same over WebSocket, from where it is told that it stands.
    const heard: string[] = []
    const hearing = (async () => {
      for await (const { event } of followWebSocket(url, { events: ['live.Told'], after: 0 }, both)) {
        heard.push((event as { data: { text: string } }).data.text)
        wake()
      }
    })()
    let cents = -1
    const watching = (async () => {
      for await (const { data } of followSse(`${url}/_heddle/live/live/SumCents`, { authorization }, both)) {
        cents = data as number
        wake()
      }
    })()
    const until = async (holds: () => boolean) => {
      while (!holds()) {
        signal.throwIfAborted()
        await new Promise<void>((resolve) => (wake = resolve))
      }
    }

    const wanted: string[] = []
    for (let round = 0; round <= kills; round++) {
      // It dies somewhere in the middle of what it is told, and of telling it.
      const calls = Array.from({ length: 40 }, (_, index) => `${round}/${index}`)
      const dying = 5 + Math.floor(random.next() * 30)
      for (const [index, text] of calls.entries()) {
        wanted.push(text)
        const called = callSurely(url, 'Tell', { texts: [text] }, text)
        if (index === dying && round < kills) {
          await server.kill()
          server = await startLive(folder, port)
        }
        await called
      }
      await callSurely(url, 'PutAccount', { id: 'a', owner: 'ada', cents: round }, `put ${round}`)
    }
    await until(() => texts.length >= wanted.length && heard.length >= wanted.length && cents === kills)
    expect(texts).toEqual(wanted)
    expect(heard).toEqual(wanted)
    over.abort()
    await Promise.all([following, hearing, watching])
  },
)
