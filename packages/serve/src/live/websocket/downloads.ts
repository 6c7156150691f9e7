import { Failure, type FileFacts, type Ports, type StreamedFile, systemFailure } from '@heddle/core'
import { freeingBuffers } from '../../http/file/free-buffers.ts'
import { internalFailure } from '../../http/internal-failure.ts'
import { answers } from './answers.ts'
import { fileFrame, fileWindowBytes, piecesOf } from './file-frame.ts'
import type { FrameId } from './frame.ts'
import type { Outbox } from './outbox.ts'

interface Download {
  /** How many more bytes the client takes. */
  credit: number
  /** Set while it waits for more. */
  go: (() => void) | undefined
}

/** The files that a connection is sending. */
export class Downloads {
  readonly #outbox: Outbox
  readonly #ports: Ports
  readonly #open = new Map<number, Download>()
  #last = 0

  constructor(outbox: Outbox, ports: Ports) {
    this.#outbox = outbox
    this.#ports = ports
  }

  /** Sends a file as it is read: what is known of it, its bytes in frames of their own, then the value that ends the call. */
  async send(id: FrameId, file: StreamedFile, signal: AbortSignal): Promise<void> {
    const number = (this.#last = (this.#last % 0xffff_ffff) + 1)
    const download: Download = { credit: fileWindowBytes, go: undefined }
    this.#open.set(number, download)
    const onAbort = () => download.go?.()
    signal.addEventListener('abort', onAbort)
    const facts: FileFacts = file.toJSON()
    this.#outbox.send(`{"id":${JSON.stringify(id)},"file":${JSON.stringify({ number, ...facts })}}`)
    try {
      await this.#sendBytes(number, file, download, signal)
      this.#outbox.send(fileFrame(number))
      this.#outbox.send(answers.value(id, JSON.stringify(facts)))
    } catch (thrown) {
      const failure = thrown instanceof Failure ? thrown : internalFailure(this.#ports, thrown)
      this.#outbox.send(answers.errors(id, [failure]))
    } finally {
      signal.removeEventListener('abort', onAbort)
      this.#open.delete(number)
    }
  }

  /** The client takes more bytes of a file. One that has just ended is none of its mistakes. */
  allow(number: number, more: number): void {
    const download = this.#open.get(number)
    if (!download) return
    download.credit = Math.min(download.credit + more, Number.MAX_SAFE_INTEGER)
    download.go?.()
  }

  async #sendBytes(number: number, file: StreamedFile, download: Download, signal: AbortSignal): Promise<void> {
    for await (const chunk of freeingBuffers(file.stream())) {
      for (const piece of piecesOf(chunk)) {
        while (download.credit < piece.byteLength && !signal.aborted) {
          await new Promise<void>((resolve) => (download.go = resolve))
        }
        if (signal.aborted) throw systemFailure('Cancelled')
        download.credit -= piece.byteLength
        const behind = this.#outbox.send(fileFrame(number, piece))
        if (behind) await behind
      }
    }
  }
}
