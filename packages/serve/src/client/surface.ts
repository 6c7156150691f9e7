import type { SurfaceFacts } from '../surfaces/facts.ts'

/** Commands as functions of a generated client, in a browser or in Node. */
export const surface: SurfaceFacts = {
  name: 'client',
  title: 'TypeScript client',
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
}
