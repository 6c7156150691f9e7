import { commandSinkKind } from './command.ts'
import { entitySinkKind } from './entity.ts'
import { fileSinkKind } from './file.ts'
import { httpSinkKind } from './http.ts'
import type { SinkKind } from './sink.ts'
import { stdoutSinkKind } from './stdout.ts'
import { tableSinkKind } from './table.ts'
import { topicSinkKind } from './topic.ts'
import { viewSinkKind } from './view.ts'

/** A kind whose settings are checked by its own type, wherever it is used. */
const known = <Config>(kind: SinkKind<Config>): SinkKind => kind as unknown as SinkKind

/** The kinds of sinks that plans may name. Each is one file of this folder; a test compares them. */
export const sinkKinds: readonly SinkKind[] = [
  known(commandSinkKind),
  known(entitySinkKind),
  known(fileSinkKind),
  known(httpSinkKind),
  known(stdoutSinkKind),
  known(tableSinkKind),
  known(topicSinkKind),
  known(viewSinkKind),
]
