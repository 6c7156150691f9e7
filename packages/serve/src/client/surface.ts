import { commandDoors } from '../http/doors.ts'
import type { SurfaceFacts } from '../surfaces/facts.ts'
import { camelCase } from './types/names.ts'

/** Commands as functions of a generated client, in a browser or in Node. */
export const surface: SurfaceFacts = {
  name: 'client',
  title: 'TypeScript client',
  transports: ['http', 'batch', 'websocket'],
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
  // It speaks plain HTTP, and its commands have their names without the domain.
  doors: (command, sections) =>
    commandDoors(command, sections).length > 0
      ? [`client.call(${camelCase(command.name.slice(command.domain.length + 1))}, …)`]
      : [],
}
