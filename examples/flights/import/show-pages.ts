import type { Clock, Writer } from 'heddle'
import { createProgress, type Progress } from './progress.ts'

/** A page, as the event tells of it. */
interface Page {
  readonly file: string
  readonly first: number
  readonly done: number
  readonly total: number
  readonly refused: number
}

/** Shows how far imports are, page by page. */
export interface Pages {
  /** The offset of the last page that was shown. */
  readonly shown: number | undefined
  show(offset: number, page: Page): void
}

/** Shows each file with a bar, or with lines, of its own. */
export function showPages(out: Writer, clock: Clock): Pages {
  let shown: number | undefined
  let file: string | undefined
  let progress: Progress | undefined
  return {
    get shown() {
      return shown
    },
    show(offset, page) {
      shown = offset
      if (page.file !== file || progress === undefined) {
        file = page.file
        progress = createProgress(out, clock, page.file, 'rows', page.total)
        progress.show(page.first)
      }
      progress.show(page.done)
      if (page.done === page.total) progress.end(page.refused)
    },
  }
}
