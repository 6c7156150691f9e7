import type { AnyFailure, Outcome, Progress } from '@heddle/core'
import { noSniffing } from './accept.ts'
import type { Encode } from './encode.ts'
import type { Answer, Write } from './exchange.ts'
import { failureJson } from './problem.ts'
import { formatOf } from './stream-format.ts'

/** What a streamed call is given to tell on the way. */
export interface Told {
  readonly onItem: (item: unknown) => void | Promise<void>
  readonly onProgress: (progress: Progress) => void
}

/** How the call of a streamed answer is made and written. */
export interface StreamedAnswer {
  /** Lines of JSON, or events. */
  readonly mediaType: string
  call(told: Told): Promise<Outcome<unknown, AnyFailure>>
  readonly encodeItem: Encode
  readonly encodeValue: Encode
  readonly isOperator: boolean
  /** The answer when the call fails before it tells anything: then the status can still say so. */
  problem(errors: readonly AnyFailure[]): Answer
}

/**
 * Answers with items and progress as they come, then the value or the errors, as lines or as events. The body of the command waits while the client reads slower than it yields;
 * progress is then skipped, but for the newest.
 */
export function streamCall(options: StreamedAnswer): Promise<Answer> {
  const { mediaType, call, encodeItem, encodeValue, isOperator, problem } = options
  const { headers, format } = formatOf(mediaType)
  return new Promise((resolve) => {
    const lines = new Lines()
    const begin = () =>
      resolve({
        status: 200,
        headers: { 'content-type': mediaType, ...headers, ...noSniffing },
        body: (write) => {
          lines.attach(write)
          return ended
        },
      })

    const ended = call({
      onItem(item) {
        begin()
        return lines.write(format('item', encodeItem(item)))
      },
      onProgress(progress) {
        begin()
        lines.offer(format('progress', JSON.stringify(progress)))
      },
    }).then((outcome) => {
      if (!outcome.ok && !lines.began) return resolve(problem(outcome.errors))
      begin()
      const last = outcome.ok
        ? format('value', encodeValue(outcome.value) ?? 'null')
        : format('errors', JSON.stringify(outcome.errors.map((error) => failureJson(error, isOperator))))
      return lines.write(last)
    })
  })
}

/** Lines on their way out. What is written before there is anybody to write to waits. */
class Lines {
  began = false
  #write: Write | undefined
  #early = ''
  #attach!: (flushed: void | Promise<void>) => void
  readonly #attached = new Promise<void>((resolve) => (this.#attach = resolve))
  /** Set while the reader is behind. */
  #behind: Promise<void> | undefined
  #newest = ''

  attach(write: Write): void {
    this.#write = write
    this.#attach(write(this.#early))
  }

  /** Writes a line; the promise asks to wait. */
  write(line: string): void | Promise<void> {
    this.began = true
    const text = this.#newest + line
    this.#newest = ''
    if (!this.#write) this.#early += text
    const waiting = this.#write ? this.#write(text) : this.#attached
    if (waiting !== undefined) this.#wait(waiting)
    return waiting
  }

  /** Writes a line, or keeps it until the reader has caught up, in place of one that is still kept. */
  offer(line: string): void {
    this.began = true
    if (this.#behind) this.#newest = line
    else void this.write(line)
  }

  #wait(waiting: Promise<void>): void {
    this.#behind = waiting
    void waiting.then(() => {
      if (this.#behind !== waiting) return
      this.#behind = undefined
      if (this.#newest !== '') void this.write('')
    })
  }
}
