import type { Suite } from '../../harness/types.ts'
import { generatedClient } from './client.ts'
import { mcpTools } from './mcp.ts'
import { remoteCommands } from './remote.ts'
import { subscriptions } from './subscriptions.ts'
import { webSocket } from './ws.ts'

/** What one surface contributes: a file of its own, so that each stands beside its contenders. */
export type Contribution = Partial<Omit<Suite, 'name'>>

const contributions: readonly Contribution[] = [webSocket, mcpTools, generatedClient, remoteCommands, subscriptions]

/** What calls cost over the surfaces beside plain HTTP. */
export const suite: Suite = {
  name: 'surfaces',
  groups: contributions.flatMap(({ groups = [] }) => groups),
  cases: contributions.flatMap(({ cases = [] }) => cases),
  memory: contributions.flatMap(({ memory = [] }) => memory),
  figures: contributions.flatMap(({ figures = [] }) => figures),
}
