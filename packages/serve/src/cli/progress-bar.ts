import type { Clock, Progress } from '@heddle/core'
import { visible } from './format/plain.ts'
import { cut } from './format/width.ts'
import type { Writer } from './io.ts'

/** Draws at most this often: a terminal is slower than most loops. */
const drawEveryMs = 100
const barWidth = 24

/** Shows how far a command is. */
export interface ProgressBar {
  show(progress: Progress): void
  /** Takes the bar away, so that other text can be written. */
  clear(): void
}

/** A bar on a terminal, nothing elsewhere. */
export function progressBar(writer: Writer, clock: Clock): ProgressBar {
  if (!writer.isTTY) return { show() {}, clear() {} }
  let startedAt: number | undefined
  let drawnAt = -Infinity
  let isDrawn = false
  return {
    show(progress) {
      const now = clock.now()
      startedAt ??= now
      const isLast = progress.total !== undefined && progress.done >= progress.total
      if (now - drawnAt < drawEveryMs && !isLast) return
      drawnAt = now
      isDrawn = true
      writer.write(`\r\u001b[2K${cut(formatProgress(progress, now - startedAt), (writer.columns ?? 80) - 1)}`)
    },
    clear() {
      if (isDrawn) writer.write('\r\u001b[2K')
      isDrawn = false
    },
  }
}

/** How far something is, on one line, with the rate since it began. */
export function formatProgress({ done, total, message }: Progress, elapsedMs: number): string {
  const parts: string[] = []
  if (total !== undefined && total > 0) {
    const share = Math.min(1, Math.max(0, done / total))
    const filled = Math.round(share * barWidth)
    parts.push(`[${'#'.repeat(filled)}${'.'.repeat(barWidth - filled)}]`, `${Math.floor(share * 100)} %`.padStart(5))
    parts.push(`${count(done)} of ${count(total)}`)
  } else parts.push(count(done))
  if (elapsedMs >= 1000) parts.push(`${count(Math.round((done * 1000) / elapsedMs))}/s`)
  if (message) parts.push(visible(message))
  return parts.join('  ')
}

const count = (value: number) => value.toLocaleString('en-US')
