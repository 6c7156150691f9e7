import type { SurfaceFacts } from '../../surfaces/facts.ts'
import { mountDoors } from '../../http/doors.ts'

/** Frames over a connection that stays open. */
export const surface: SurfaceFacts = {
  name: 'websocket',
  title: 'WebSocket',
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
  doors: ({ name }, sections) => mountDoors(name, 'websocket', sections).map((path) => `${path} {"call":"${name}"}`),
}
