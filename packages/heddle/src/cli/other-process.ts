import type { App, OpenApp, Principal } from '@heddle/core'
import { jsonLog, systemClock } from '@heddle/core'
import { callLocally } from '@heddle/serve'
import type { McpApp } from '@heddle/serve/mcp'
import { declaredIn } from '../commands/declared.ts'

/** Who calls: by id, as the process that is called knows them; the operator where nobody is named. */
export interface CalledAs {
  readonly as: string | undefined
  readonly tenant: string | undefined
}

/** An app that another process serves: what there is stands in its file, and each call goes through the socket. */
export function otherProcess(app: App, socket: string, { as, tenant }: CalledAs): McpApp {
  return {
    name: app.name,
    manifest: app.manifest(),
    commands: declaredIn(app).commands,
    ports: { clock: systemClock, log: jsonLog() },
    callByName: ((name, input, options) =>
      callLocally(socket, name, input, {
        ...(options as Parameters<typeof callLocally>[3]),
        as,
        tenant: tenant ?? options?.tenant,
      })) as OpenApp['callByName'],
  }
}

/** Whom the list of tools is shown to, where what they may do is known in the other process alone: each call asks there. */
export const shownTo = (as: string): Principal => ({ id: as, permissions: ['*'] })
