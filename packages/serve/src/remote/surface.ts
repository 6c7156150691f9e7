import { commandDoors } from '../http/doors.ts'
import type { SurfaceFacts } from '../surfaces/facts.ts'

/** Commands of this app as another app of Heddle's calls them. */
export const surface: SurfaceFacts = {
  name: 'remote',
  title: 'Remote commands',
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
  // It speaks plain HTTP, and its commands keep their names.
  doors: (command, sections) => (commandDoors(command, sections).length > 0 ? [command.name] : []),
}
