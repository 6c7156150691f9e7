import { systemFailure } from '@heddle/core'
import { maskedUrl } from '@heddle/pipeline'
import { z } from 'zod'
import { eventStream } from './live/event-stream.ts'
import { Final, type LiveConnection, liveReader } from './live/live-reader.ts'
import { addressIdentity } from './pages/address-identity.ts'
import { headersOf, headersType } from './pages/headers.ts'
import { defineSource } from './source.ts'

const config = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  headers: headersType,
  events: z.array(z.string()).min(1).optional().describe('Only those with these names. @default all'),
  resumes: z
    .boolean()
    .optional()
    .describe('The server goes on behind `Last-Event-ID`, and each event has an id: nothing is lost. @default false'),
})

/** What a source of server-sent events is told. */
export type SseSourceConfig = z.output<typeof config>

/** The kind of source `sse`: what a server sends as events, whose data is JSON. It connects again, behind the last id. */
export const sseSourceKind = defineSource<SseSourceConfig>({
  name: 'sse',
  summary: 'Events that a server sends (text/event-stream), whose data is JSON',
  config,
  short: 'url',
  examples: [
    { url: 'https://example.org/stream', resumes: true },
    { url: 'https://example.org/all', events: ['edit'] },
  ],
  create({ url, headers, events, resumes = false }) {
    const shown = maskedUrl(url)
    return {
      kind: 'sse',
      bounded: false,
      guarantees: { replays: resumes, ordered: true },
      how: ['resumes'],
      identity: () => addressIdentity(url),
      describe: () => ({ url: shown, resumes, ...(events && { events }) }),
      open: (host) => ({
        partitions: () => ['0'],
        openPartition(_partition, position) {
          const connection: LiveConnection = {
            name: shown,
            async run(inbox, after, signal) {
              const sent = {
                accept: 'text/event-stream',
                ...headersOf(headers, `the source ${host.name} of ${host.job}`),
              }
              const behind = after === undefined ? sent : { ...sent, 'last-event-id': after }
              const answer = await fetch(url, { headers: behind, signal, redirect: 'error' })
              const told = `${answer.status} ${answer.headers.get('content-type') ?? ''}`
              if (!answer.ok || !answer.body || !told.includes('text/event-stream')) {
                await answer.body?.cancel()
                const message = `${shown} sends no events: it answered ${told}.`
                const failure = systemFailure('Unavailable', { what: shown }, { message })
                // 204 asks not to be connected again; what is wrong with the request stays wrong.
                const isFinal = answer.status === 204 || (answer.status >= 400 && answer.status < 500)
                throw isFinal && answer.status !== 429 ? new Final(failure) : failure
              }
              for await (const { event, data, id } of eventStream(answer.body)) {
                if (events && !events.includes(event)) continue
                inbox.add({ text: data, id, at: host.ports.clock.now() })
                await inbox.room()
                if (inbox.isOver) return
              }
            },
          }
          return liveReader(connection, host, position)
        },
        close() {},
      }),
    }
  },
})
