import type { OpenApp, Ports } from '@heddle/core'

/** What of an app agents are served with: one that is open here, or one whose calls go to another process. */
export interface McpApp extends Pick<OpenApp, 'name' | 'manifest' | 'commands' | 'callByName'> {
  readonly ports: Pick<Ports, 'clock' | 'log'>
}
