import { StreamedFile } from '@heddle/core'

/** What is known of a value while its size is added up. */
interface Sum {
  left: number
  hasFiles: boolean
}

/**
 * Whether a value goes into its row as it stands: it holds no file, and its text is at most about so long. It looks no
 * further than that.
 */
export function isPlain(value: unknown, limit: number): boolean {
  const sum = { left: limit, hasFiles: false }
  add(value, sum)
  return sum.left >= 0 && !sum.hasFiles
}

function add(value: unknown, sum: Sum): void {
  if (typeof value === 'string') sum.left -= value.length + 3
  else if (typeof value !== 'object' || value === null) sum.left -= 5
  else if (value instanceof StreamedFile) sum.hasFiles = true
  else if (Array.isArray(value) || value instanceof Set || value instanceof Map) {
    for (const part of value) {
      if (sum.left < 0 || sum.hasFiles) return
      add(part, sum)
    }
  } else if (value instanceof Date) sum.left -= 27
  else {
    for (const field in value) {
      if (sum.left < 0 || sum.hasFiles) return
      sum.left -= field.length + 3
      add((value as Record<string, unknown>)[field], sum)
    }
  }
}
