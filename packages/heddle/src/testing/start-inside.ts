import type { OpenApp } from '@heddle/core'

/** Starts what works inside an app, such as handlers of events; surfaces stay closed. */
export async function startInside(app: OpenApp): Promise<void> {
  const { ports, mode } = app
  for (const part of app.parts) {
    if (part.inside) await part.start?.({ app, ports, folder: '.heddle', root: '.', mode, environment: {} })
  }
}
