import type { SinkHost } from '../../sink/sink.ts'
import type { SinkSpec } from '../../task/task-spec.ts'
import type { AsideSinks } from '../rebuild/shadow-sinks.ts'
import type { AsideDeeds } from './deeds.ts'

/**
 * Opens sinks on this thread that hold in memory what a task on another one puts aside.
 *
 * @param opened is given them
 */
export function servedAside(
  specs: readonly SinkSpec[],
  hostOf: (spec: SinkSpec) => SinkHost,
  opened: AsideSinks,
): AsideDeeds {
  return {
    async openAside(name) {
      const spec = specs.find((one) => one.name === name)!
      // It keeps no rows: what it shows is gone with the process, here as there.
      opened.set(name, await spec.sink.aside!(hostOf(spec), new Map()))
    },
    writeAside: async (name, records) => opened.get(name)!.write(records),
  }
}
