import type { SurfaceFacts } from '../surfaces/facts.ts'

/** The words of a command line: of `heddle call`, and of a program made by `runCli`. */
export const surface: SurfaceFacts = {
  name: 'cli',
  title: 'Command line',
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
  doors: ({ name }) => [`heddle call ${name}`],
}
