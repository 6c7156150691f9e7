import type { SurfaceFacts } from '../facts.ts'

/** The app's own code, which calls commands as functions. */
export const surface: SurfaceFacts = {
  name: 'function',
  title: 'Function',
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
  doors: ({ name }) => [`app.callByName('${name}', …)`],
}
