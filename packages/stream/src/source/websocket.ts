import { maskedUrl } from '@heddle/pipeline'
import { z } from 'zod'
import { type LiveConnection, liveReader } from './live/live-reader.ts'
import { defineSource } from './source.ts'

const config = z.strictObject({
  url: z.url({ protocol: /^wss?$/ }),
  protocols: z.array(z.string()).optional().describe('Subprotocols that are offered'),
  send: z
    .array(z.json())
    .optional()
    .describe('Messages that are sent once it is connected, e.g. what is subscribed to'),
})

/** What a source of messages is told. */
export type WebSocketSourceConfig = z.output<typeof config>

/**
 * The kind of source `websocket`: messages of JSON, as they come. What is sent while nobody is connected is lost, and so is
 * what was read since the last checkpoint, so that a job is at most once.
 */
export const webSocketSourceKind = defineSource<WebSocketSourceConfig>({
  name: 'websocket',
  summary: 'Messages of JSON that a server sends over a WebSocket; they cannot be read again',
  config,
  short: 'url',
  examples: [{ url: 'wss://example.org/feed' }, { url: 'wss://example.org/feed', send: [{ subscribe: 'trades' }] }],
  create({ url, protocols, send = [] }) {
    const shown = maskedUrl(url)
    return {
      kind: 'websocket',
      bounded: false,
      guarantees: { replays: false, ordered: true },
      describe: () => ({ url: shown }),
      open: (host) => ({
        partitions: () => ['0'],
        openPartition(_partition, position) {
          const connection: LiveConnection = {
            name: shown,
            run: (inbox, _after, signal) =>
              new Promise((resolve, reject) => {
                const socket = new WebSocket(url, protocols)
                socket.binaryType = 'arraybuffer'
                const onAbort = () => socket.close()
                signal.addEventListener('abort', onAbort, { once: true })
                socket.addEventListener('open', () => {
                  for (const message of send) socket.send(JSON.stringify(message))
                })
                socket.addEventListener('message', ({ data }: MessageEvent<string | ArrayBuffer>) => {
                  const text = typeof data === 'string' ? data : Buffer.from(data).toString()
                  inbox.add({ text, at: host.ports.clock.now() })
                  // A WebSocket cannot be held back: who is too slow has to miss some.
                  if (inbox.isFull) socket.close(1000, 'too many messages wait')
                })
                socket.addEventListener('close', ({ code, reason }) => {
                  signal.removeEventListener('abort', onAbort)
                  if (signal.aborted || code === 1000) resolve()
                  else reject(new Error(`it was closed with ${code}${reason ? `: ${reason}` : ''}`))
                })
              }),
          }
          return liveReader(connection, host, position)
        },
        close() {},
      }),
    }
  },
})
