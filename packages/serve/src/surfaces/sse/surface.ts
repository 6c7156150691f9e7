import { commandDoors } from '../../http/doors.ts'
import type { SurfaceFacts } from '../facts.ts'

/** The addresses of HTTP, asked with `Accept: text/event-stream`, as a browser's `EventSource` does. */
export const surface: SurfaceFacts = {
  name: 'sse',
  title: 'Server-sent events',
  can: {
    call: true,
    stream: true,
    progress: true,
    cancel: true,
    subscribe: true,
    upload: true,
    download: true,
    idempotencyKey: true,
    deadline: true,
  },
  doors: commandDoors,
}
