import { type App, app, type AppDefinition, Defect } from '@heddle/core'
import { local, type Mount, offerMounts } from '@heddle/serve'
import { accessCommands, historyCommands, rotateData } from '@heddle/data'
import { about } from './about.ts'
import { explainAccess } from './access/explain-access.ts'
import * as deadLetterCommands from './dead-letters/index.ts'
import { declaredIn } from './declared.ts'
import { describeCommand } from './describe-command.ts'
import { doctor } from './doctor/doctor.ts'
import { listEvents } from './events/list-events.ts'
import { watchEvents } from './events/watch-events.ts'
import { loadRecords } from './load-records.ts'
import { listCommands } from './list-commands.ts'
import { acquireLease } from './leases/acquire-lease.ts'
import { listLeases } from './leases/list-leases.ts'
import { releaseLease } from './leases/release-lease.ts'
import { renewLease } from './leases/renew-lease.ts'
import { listMembers } from './list-members.ts'
import { listSurfaces } from './list-surfaces.ts'
import { listRequirements } from './list-requirements.ts'
import { listProjections } from './projections/list-projections.ts'
import { rebuildProjection } from './projections/rebuild-projection.ts'
import { listLogLevels } from './logs/list-log-levels.ts'
import { setLogLevel } from './logs/set-log-level.ts'
import { manifest } from './manifest.ts'
import { openApi } from './open-api.ts'
import { ping } from './ping.ts'
import { describeTemplate } from './templates/describe-template.ts'
import { listTemplates } from './templates/list-templates.ts'
import { type Subject, subjectPart } from './subject.ts'

/** Heddle's own commands, the domain `heddle`. All but `ping` want the permission `heddle:operate`. */
export const heddleCommands = {
  about,
  describeCommand,
  doctor,
  listCommands,
  listRequirements,
  listSurfaces,
  loadRecords,
  manifest,
  openApi,
  ping,
  listTemplates,
  describeTemplate,
  acquireLease,
  renewLease,
  releaseLease,
  listLeases,
  listMembers,
  listEvents,
  watchEvents,
  listProjections,
  rebuildProjection,
  listLogLevels,
  setLogLevel,
  ...accessCommands,
  explainAccess,
  ...deadLetterCommands,
  ...historyCommands,
  rotateData,
}

/**
 * Heddle's own commands (`heddle.Ping`, `heddle.ListCommands` …) as parts of an app: on every surface, for those who
 * hold `heddle:operate`. The tool adds them to every app that it opens.
 *
 * @example const bank: App = app('bank', { parts: [transferMoney, ...operations(() => bank)] })
 */
export const operations = (subject: Subject['app']): AppDefinition['parts'] => [heddleCommands, subjectPart(subject)]

/** What the tool adds to an app beside its own commands. */
export interface OperationsOptions {
  /** Served on every HTTP surface that does not serve it already, e.g. the console while an app is developed. */
  readonly mounts?: readonly Mount[]
}

/**
 * An app as the tool opens it: with Heddle's own commands, and open to calls from other processes of the same user.
 *
 * @throws {Defect} InvalidDefinition, for an app that takes the reserved domain itself
 */
export function withOperations(declared: App, { mounts = [] }: OperationsOptions = {}): App {
  const { commands: own, parts } = declaredIn(declared)
  // Parts of Heddle's own bring commands of its domain, e.g. those that look after runs.
  const brought = new Set(parts.filter(({ inside }) => inside).flatMap((part) => part.commands ?? []))
  const added: AppDefinition['parts'][number][] = []
  if (!own.has(ping.name)) {
    for (const command of own.values()) {
      const { name, domain } = command
      if (domain === 'heddle' && !brought.has(command))
        throw new Defect('InvalidDefinition', { name, reason: 'the domain heddle is reserved' })
    }
    added.push(...operations(() => extended))
  }
  const socket = local()
  if (!parts.some(({ kind, name }) => kind === socket.kind && name === socket.name)) added.push(socket)
  if (mounts.length > 0) added.push(offerMounts('heddle', mounts))
  const { name, definition } = declared
  const extended: App = app(name, { ...definition, parts: [...definition.parts, ...added] })
  return extended
}
