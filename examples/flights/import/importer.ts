import { eventsOf, type Host, type OpenApp, type Part, type PartKind, runsOf, systemFailure, type Writer } from 'heddle'
import { importNewFiles } from './import-files.ts'
import { listNewFiles } from './list-new-files.ts'
import { PageImported } from './page-imported.ts'
import { showPages } from './show-pages.ts'

/** What is imported is no contract with anybody outside, so nothing about it can break. */
const importerKind: PartKind = { name: 'importer', compare: () => [] }

/** Imports what is new before the app serves, and shows how far it is. */
export function importer(out: Writer = process.stdout): Part {
  return {
    kind: importerKind,
    name: 'flights.Importer',
    describe: () => ({ workflow: importNewFiles.name }),
    async start({ app, ports }: Host) {
      const { files, fingerprint } = await app.callOrThrow(listNewFiles, {})
      if (files.length === 0) return
      const events = eventsOf(app)
      const after = await events.last()
      const pages = showPages(out, ports.clock)
      const ended = new AbortController()
      const follow = async () => {
        const { signal } = ended
        for await (const { offset, data } of events.follow({ after, on: [PageImported], signal })) {
          pages.show(offset, data)
        }
      }
      const following = follow()
      try {
        await runToEnd(app, fingerprint)
      } finally {
        ended.abort()
        await following
      }
      const rest = await events.read({ after: pages.shown ?? after, on: [PageImported], limit: 1000 })
      for (const { offset, data } of rest) pages.show(offset, data)
    },
  }
}

/**
 * The same files are the same run, also after a crash: it goes on behind its last page.
 *
 * @throws {Failure} what the run failed with; RunHalted where it cannot go on by itself
 */
async function runToEnd(app: OpenApp, key: string): Promise<void> {
  const runs = runsOf(app)
  let run = await runs.start(importNewFiles, {}, { key })
  // What failed at an earlier start may do by now.
  if (run.state === 'failed' || run.state === 'cancelled') run = await runs.start(importNewFiles, {})
  for await (const status of app.stream(importNewFiles.ways.watch, { run: run.run })) {
    const { state, because = 'nobody said why', at } = status
    if (state !== 'parked' && state !== 'blocked') continue
    throw systemFailure('RunHalted', { run: run.run, workflow: run.workflow, state, because, at })
  }
  const outcome = await run.outcome()
  if (!outcome.ok) throw outcome.errors[0]!
}
