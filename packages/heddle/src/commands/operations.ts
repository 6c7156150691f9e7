import { type App, app, type AppDefinition, Defect } from '@heddle/core'
import { about } from './about.ts'
import { describeCommand } from './describe-command.ts'
import { doctor } from './doctor/doctor.ts'
import { listCommands } from './list-commands.ts'
import { manifest } from './manifest.ts'
import { ping } from './ping.ts'
import { declaredCommands, type Subject, subjectPart } from './subject.ts'

const commands = { about, describeCommand, doctor, listCommands, manifest, ping }

/**
 * Heddle's own commands (`heddle.Ping`, `heddle.ListCommands` …) as parts of an app: on every surface, for those who
 * hold `heddle:operate`. The tool adds them to every app that it opens.
 *
 * @example const bank: App = app('bank', { parts: [transferMoney, ...operations(() => bank)] })
 */
export const operations = (subject: Subject['app']): AppDefinition['parts'] => [commands, subjectPart(subject)]

/**
 * An app with Heddle's own commands.
 *
 * @throws {Defect} InvalidDefinition, for an app that takes the reserved domain itself
 */
export function withOperations(declared: App): App {
  const own = declaredCommands(declared)
  if (own.has(ping.name)) return declared
  for (const { name, domain } of own.values()) {
    if (domain === 'heddle') throw new Defect('InvalidDefinition', { name, reason: 'the domain heddle is reserved' })
  }
  const { name, definition } = declared
  const extended: App = app(name, { ...definition, parts: [...definition.parts, ...operations(() => extended)] })
  return extended
}
