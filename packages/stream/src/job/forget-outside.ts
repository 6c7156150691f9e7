import type { JobInstance } from './job-instance.ts'
import { removeStateFiles } from './state-files.ts'

/** Lets the sources and sinks of a job that rests remove what they keep for it elsewhere, and removes its state files. */
export async function forgetOutside({ job, place }: JobInstance): Promise<void> {
  const { name, assembled } = job
  const { app, ports, root, folder, tenant } = place()
  const stopping = new AbortController()
  const host = { job: name, ports, app, root, folder, tenant, signal: stopping.signal }
  try {
    for (const { name: own, source, schema, decode } of assembled.sources) {
      const open = await source.open({ ...host, name: own, schema, decode })
      await open.forget?.()
      await open.close()
    }
    for (const { name: own, sink, schema } of assembled.sinks) {
      const open = await sink.open({ ...host, name: own, schema })
      await open.forget?.()
      await open.close()
    }
  } finally {
    stopping.abort()
  }
  removeStateFiles({ folder, name })
}
