import type { Frame } from '../call/frame.ts'
import { Defect } from '../error/defect.ts'
import { issueText } from '../error/issue-text.ts'
import { holdsAnnotation } from '../schema/annotate/annotate.ts'
import { compileSchema, Issues } from '../schema/compile/index.ts'
import type { CompiledSchema } from '../schema/compile/index.ts'
import { isJson, toJson } from '../schema/to-json.ts'
import type { EmittedEvent } from '../ports/transactions.ts'
import type { AnyEvent } from './event.ts'

const checks = new WeakMap<AnyEvent, CompiledSchema<unknown>>()

/** What an event says, checked: its data as JSON and its key. */
export type EventContent = Pick<EmittedEvent, 'name' | 'version' | 'key' | 'data' | 'secret'>

/**
 * Checks the data of an event.
 *
 * @param by the command that emits it
 * @throws {Defect} InvalidEvent
 */
export function eventContent(event: AnyEvent, given: unknown, by: string): EventContent {
  let check = checks.get(event)
  if (!check) checks.set(event, (check = compileSchema(event.data as never)))
  const data = check.run(given)
  if (data instanceof Issues) {
    const reason = issueText(event.data, data.issues[0]!)
    throw new Defect('InvalidEvent', { command: by, event: event.name, reason })
  }
  const key = event.key ? event.key(data as never) : ''
  if (typeof key !== 'string') {
    throw new Defect('InvalidEvent', { command: by, event: event.name, reason: 'its key is no text' })
  }
  const content = { name: event.name, version: event.version, key, data: isJson(data) ? data : toJson(data) }
  return holdsAnnotation(event.data) ? { ...content, secret: true } : content
}

/** What `emit` is inside a body. */
export type FrameEmit = (event: AnyEvent, data: unknown) => void

/** Makes `emit` for one body: an event goes into the unit of work, with the writes. */
export const emitter =
  (frame: Frame): FrameEmit =>
  (event, data) => {
    const { root, options } = frame
    const command = frame.command.name
    frame.assertOpen()
    if (!frame.command.emits.includes(event)) throw new Defect('UndeclaredEmit', { command, event: event.name })
    if (frame.work.mode === 'query') throw new Defect('QueryWrote', { command })
    const content = eventContent(event, data, command)
    const { unit } = frame.work
    if (!unit.emit) throw new Defect('MissingPart', { name: command, missing: 'a database' })
    unit.emit({
      ...content,
      id: root.newId(),
      at: root.ports.clock.now(),
      principal: options.as?.id,
      traceId: options.traceId,
    })
  }
