import { once } from 'node:events'
import { jsonLog, parseDuration, systemTimers } from '@heddle/core'
import { planFiles, takeUpPlans } from '../dev/take-up-plans.ts'
import { reportImports } from '../dev/report-imports.ts'
import { makeFolder } from '@heddle/data'
import type { Out } from './out.ts'
import type { Session } from './session.ts'
import { openToServe } from './target.ts'

/** Serves an app, prints where to look, and closes it gracefully when the tool is asked to end. */
export async function serveUntilAsked(session: Session, out: Out, grace: string): Promise<void> {
  const graceMs = parseDuration(grace)
  const { signal, io, environment } = session.around
  if (environment.HEDDLE_DEV !== undefined) reportImports()
  // Other processes find the app by a socket in its folder, which an app without a database does not make.
  await makeFolder(session.folder)
  // Log lines of a server are read by machines, unless somebody sits before them.
  const app = await openToServe(session, io.err.isTTY ? {} : { log: jsonLog() })
  try {
    const lines = await app.start()
    out.show({ app: app.name, mode: app.mode, lines }, [`${app.name} (${app.mode})`, ...lines])
    // In a process of its own the parent waits for this; elsewhere there is nobody to tell.
    process.send?.({ ready: lines, plans: planFiles(app) })
    if (environment.HEDDLE_DEV !== undefined) takeUpPlans(app, out)
    await asked(environment.HEDDLE_DEV === undefined ? signal : AbortSignal.any([signal, parentGone()]))
    out.line('stopping')
  } finally {
    await app.close({ graceMs })
  }
}

/** Aborted when the process is gone that started this one and watches its files: nobody would end this one, and its port stayed taken. */
function parentGone(): AbortSignal {
  const gone = new AbortController()
  process.once('disconnect', () => gone.abort())
  if (!process.connected) gone.abort()
  return gone.signal
}

/** Waits for the signal. An app without a surface keeps nothing open, so a timer keeps the process alive meanwhile. */
async function asked(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  const release = systemTimers.after(Number.MAX_SAFE_INTEGER, () => {})
  await once(signal, 'abort')
  release()
}
