import type { OpenApp } from '@heddle/core'

/** Which code runs here, and since when. */
export const versions = (app: OpenApp) => ({
  app: app.name,
  mode: app.mode,
  manifest: app.manifest.hash,
  versions: process.versions,
  pid: process.pid,
  uptimeSeconds: process.uptime(),
})
