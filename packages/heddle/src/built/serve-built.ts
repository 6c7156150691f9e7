import { constants } from 'node:os'
import { type App, Defect, Failure, jsonLog, parseDuration, systemTimers } from '@heddle/core'

/**
 * Serves an app that was built: what the file `start.js` of `heddle build` does. It is configured by its environment
 * alone: `HEDDLE_FOLDER` for the data, `HEDDLE_GRACE` for how long running calls may take at the end, `HEDDLE_SOCKET=1` to be
 * reached by the tool, and the variables of the app. SIGINT or SIGTERM ends it, a second one at once. `NODE_ENV=development`
 * lets it change tables by itself.
 */
export async function serveBuilt(app: App): Promise<void> {
  try {
    await serve(app)
  } catch (thrown) {
    if (!(thrown instanceof Failure) && !(thrown instanceof Defect)) throw thrown
    const { code, message, help } = thrown instanceof Defect ? thrown.toFailure() : thrown
    process.stderr.write(`${code}: ${message}\n${help === undefined ? '' : `  ${help}\n`}`)
    process.exitCode = 1
  }
}

async function serve(app: App): Promise<void> {
  const { env } = process
  const folder = env.HEDDLE_FOLDER ?? '.heddle'
  const mode = env.NODE_ENV === 'development' ? 'development' : 'production'
  const opened = env.HEDDLE_SOCKET === '1' ? await openToTool(app) : app
  const running = await opened.open({ folder, mode, environment: { ...env }, ports: { log: jsonLog() } })
  const end = stopOnSignal(async () => running.close({ graceMs: parseDuration(env.HEDDLE_GRACE ?? '10s') }))
  try {
    for (const line of await running.start()) process.stdout.write(`${line}\n`)
  } catch (thrown) {
    await end()
    throw thrown
  }
}

/** As `heddle start` opens it. What that takes is loaded where it is asked for, because it is felt at the start. */
async function openToTool(app: App): Promise<App> {
  const { withOperations } = await import('../commands/operations.ts')
  return withOperations(app)
}

/** Gives the way to end without a signal. */
function stopOnSignal(stop: () => Promise<void>): () => Promise<void> {
  let stopping: Promise<void> | undefined
  // An app without a surface keeps nothing open that would keep the process alive.
  const release = systemTimers.after(Number.MAX_SAFE_INTEGER, () => {})
  const end = () => (stopping ??= stop().finally(release))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(128 + constants.signals[signal])
      void end()
    })
  }
  return end
}
