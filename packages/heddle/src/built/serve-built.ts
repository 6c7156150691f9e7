import { constants } from 'node:os'
import { relative } from 'node:path'
import {
  type AnyFailure,
  type App,
  Defect,
  Failure,
  jsonLog,
  parseDuration,
  systemFailure,
  systemTimers,
} from '@heddle/core'

/**
 * Serves an app that was built: what the file `start.js` of `heddle build` does. It is configured by its environment
 * alone: `HEDDLE_FOLDER` for the data, `HEDDLE_GRACE` for how long running calls may take at the end, `HEDDLE_SOCKET=1` to be
 * reached by the tool, and the variables of the app. SIGINT or SIGTERM ends it, a second one at once. `NODE_ENV=development`
 * lets it change tables by itself. With the word `migrate` it applies the open migrations instead, and ends.
 *
 * @param root the folder of `start.js`: from it count the relative paths of the app's declaration
 * @param module the URL of the module whose default export is the app
 */
export async function serveBuilt(
  app: App,
  root: string,
  module?: string,
  [word, ...more] = process.argv.slice(2),
): Promise<void> {
  try {
    if (word !== 'migrate') return await serve(app, root, module)
    if (more.length > 0) {
      throw systemFailure('InvalidUsage', { reason: `"migrate" takes nothing behind it, not "${more.join(' ')}"` })
    }
    await migrate(app, root)
  } catch (thrown) {
    if (!(thrown instanceof Failure) && !(thrown instanceof Defect)) throw thrown
    const failure = thrown instanceof Defect ? thrown.toFailure() : thrown
    const help = failure.code === 'MigrationNeeded' ? migrationHelp(failure) : failure.help
    process.stderr.write(`${failure.code}: ${failure.message}\n${help === undefined ? '' : `  ${help}\n`}`)
    process.exitCode = 1
  }
}

const folderOf = (env: NodeJS.ProcessEnv) => env.HEDDLE_FOLDER ?? '.heddle'

/** What that takes is loaded where it is asked for, because it is felt at the start. */
async function migrate(app: App, root: string): Promise<void> {
  const { migrateBuilt } = await import('./migrate-built.ts')
  const lines = await migrateBuilt(app, { folder: folderOf(process.env), root, environment: { ...process.env } })
  for (const line of lines) process.stdout.write(`${line}\n`)
}

/** Where a built app runs there need not be the tool. */
function migrationHelp({ data }: AnyFailure): string {
  const apply = `\`node ${relative(process.cwd(), process.argv[1] ?? 'start.js')} migrate\``
  const isWritten = (data as { readonly run?: string }).run === '`heddle migrate apply`'
  if (isWritten) return `Run ${apply}.`
  return `Run \`heddle migrate plan\` beside the source of the app and build it again, then run ${apply}.`
}

async function serve(app: App, root: string, module: string | undefined): Promise<void> {
  const { env } = process
  const folder = folderOf(env)
  const mode = env.NODE_ENV === 'development' ? 'development' : 'production'
  const opened = env.HEDDLE_SOCKET === '1' ? await openToTool(app) : app
  const running = await opened.open({ folder, root, module, mode, environment: { ...env }, ports: { log: jsonLog() } })
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
