import { changesSourceKind } from './changes.ts'
import { commandSourceKind } from './command.ts'
import { eventsSourceKind } from './events.ts'
import { fileSourceKind } from './file.ts'
import { folderSourceKind } from './folder.ts'
import { httpSourceKind } from './http.ts'
import { listKind } from './list.ts'
import type { SourceKind } from './source.ts'
import { pollSourceKind } from './poll.ts'
import { sseSourceKind } from './sse.ts'
import { stdinKind } from './stdin.ts'
import { tableSourceKind } from './table.ts'
import { timerKind } from './timer.ts'
import { topicSourceKind } from './topic.ts'
import { webSocketSourceKind } from './websocket.ts'

/** A kind whose settings are checked by its own type, wherever it is used. */
const known = <Config>(kind: SourceKind<Config>): SourceKind => kind as unknown as SourceKind

/** The kinds of sources that plans may name. Each is one file of this folder; a test compares them. */
export const sourceKinds: readonly SourceKind[] = [
  known(changesSourceKind),
  known(commandSourceKind),
  known(eventsSourceKind),
  known(fileSourceKind),
  known(folderSourceKind),
  known(httpSourceKind),
  known(listKind),
  known(pollSourceKind),
  known(sseSourceKind),
  known(stdinKind),
  known(tableSourceKind),
  known(timerKind),
  known(topicSourceKind),
  known(webSocketSourceKind),
]
