import type { AnyFailure, FailureJson } from '@heddle/core'
import { plain, visible } from './plain.ts'

/** A failure as it is in this process, or as another process sent it. */
export type ShownError = AnyFailure | FailureJson

/**
 * A failure for people: code, place and message on the first line, then what to do.
 *
 * @param causes also tell what caused it, with stacks; only for who runs the app
 */
export function formatFailure(error: ShownError, { causes = false } = {}): string[] {
  const place = error.path.length === 0 ? '' : ` at ${error.path.join('.')}`
  const via = error.via.length === 0 ? '' : ` (in ${error.via.join(' > ')})`
  const [message = '', ...more] = error.message.split('\n')
  const lines = [`${error.code}${place}: ${visible(message)}${via}`, ...more.map((line) => `  ${visible(line.trim())}`)]
  const told = tell(error)
  if (told) lines.push(`  ${told}`)
  if (error.help) lines.push(`  ${visible(error.help)}`)
  if (error.retry !== 'never') {
    lines.push(
      error.retry === 'later'
        ? '  It can be tried again later.'
        : `  It can be tried again after ${error.retry.afterMs} ms.`,
    )
  }
  if (causes && 'causes' in error) {
    for (const cause of error.causes()) {
      lines.push(
        ...`caused by ${cause instanceof Error ? (cause.stack ?? cause.message) : plain(String(cause))}`
          .split('\n')
          .map((line) => `  ${line}`),
      )
    }
  }
  return lines
}

/** The data of an error whose message does not already say it. */
function tell({ data, category }: ShownError): string | undefined {
  if (category !== 'domain' || typeof data !== 'object' || data === null) return undefined
  const fields = Object.entries(data).map(([name, value]) => `${name} ${plain(value)}`)
  return fields.length === 0 ? undefined : fields.join(', ')
}
