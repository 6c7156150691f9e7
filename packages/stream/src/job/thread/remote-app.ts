import { failed, failureFromJson, type Ports, success, toJson } from '@heddle/core'
import type { AskedApp } from '../asked-app.ts'
import type { AppDeeds } from './deeds.ts'
import type { Wire } from './wire.ts'

/** The app of another thread, as steps ask it. */
export const remoteApp = (wire: Wire<AppDeeds>, { clock }: Ports): AskedApp => ({
  clock,
  async call(command, input, { idempotencyKey }) {
    const kept = await wire.ask('call', command, input, idempotencyKey)
    return kept.ok ? success(kept.value) : failed(kept.errors.map((error) => failureFromJson({}, error)))
  },
  row: ({ name }, key) => wire.ask('row', name, key),
})

/** Writes to the log of another thread. */
export const writeThere = (wire: Wire<AppDeeds>): Ports['log'] => ({
  write(severity, message, fields) {
    wire.tell('log', severity, message, fields && (toJson(fields) as Record<string, unknown>))
  },
})
