import { constants } from 'node:os'
import { processIo } from '@heddle/serve'
import { main } from './cli/main.ts'

/**
 * Runs the tool as this process. The first SIGINT or SIGTERM asks it to end, a second one ends it at once.
 *
 * @param entry the file to run for another process of the tool
 */
export async function runProcess(entry: string): Promise<void> {
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(128 + constants.signals[signal])
      controller.abort(signal)
    })
  }
  // A reader that has seen enough (`heddle list | head`) closes the pipe: that is no error of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit()
  })
  process.exitCode = await main(process.argv.slice(2), {
    io: processIo,
    cwd: process.cwd(),
    environment: process.env,
    signal: controller.signal,
    entry,
  })
}
