import type { Frame } from './frame.ts'

/** What every log line of a call says of it. Of the caller it is the id alone. */
export function logFields({ command, root, options, watched }: Frame): Record<string, unknown> {
  const { traceId, tenant } = root
  const fields: Record<string, unknown> = { command: command.name, traceId, tenant }
  if (watched?.span) fields.spanId = watched.span.spanContext().spanId
  if (options.as) fields.principal = options.as.id
  return fields
}
