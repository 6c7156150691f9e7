import type { SurfaceFacts } from '../surfaces/facts.ts'
import { commandDoors } from './doors.ts'

/** Requests over HTTP; streamed answers come as lines of JSON. */
export const surface: SurfaceFacts = {
  name: 'http',
  title: 'HTTP',
  can: {
    call: true,
    stream: true,
    progress: true,
    cancel: true,
    subscribe: false,
    upload: true,
    download: true,
    idempotencyKey: true,
    deadline: true,
  },
  doors: commandDoors,
}
