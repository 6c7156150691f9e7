import type { AsideSink } from '../../sink/aside.ts'
import type { Sink } from '../../sink/sink.ts'
import type { TaskState } from '../../state/state.ts'
import type { SinkSpec } from '../../task/task-spec.ts'
import { asideRows } from './aside-rows.ts'

/** Where the sinks of a plan are while its state is built anew: by name, those that show something when it takes over. */
export type AsideSinks = Map<string, AsideSink>

/**
 * The sinks of a plan whose state is built anew: what shows what is there now puts it aside. To all others nothing is told,
 * since the plan that runs tells them.
 *
 * @param opened is given those that put something aside
 */
export function shadowSinks(sinks: readonly SinkSpec[], state: TaskState, opened: AsideSinks): SinkSpec[] {
  return sinks.map((spec) => ({ ...spec, sink: shadowSink(spec.name, spec.sink, state, opened) }))
}

function shadowSink(name: string, { kind, accepts, aside }: Sink, state: TaskState, opened: AsideSinks): Sink {
  return {
    kind,
    accepts,
    delivery: 'plain',
    describe: () => null,
    async open(host) {
      const sink = await aside?.(host, asideRows(state, name))
      if (!sink) return { write() {}, close() {} }
      opened.set(name, sink)
      return { write: (records) => sink.write(records), close() {} }
    },
  }
}
