import type { SurfaceFacts } from '../surfaces/facts.ts'

/** The socket in the data folder, for other processes of the same user. */
export const surface: SurfaceFacts = {
  name: 'local',
  title: 'Local socket',
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
  // The tool opens it in every app that it serves, declared or not.
  doors: ({ name }) => [`callLocally(…, '${name}', …)`],
}
