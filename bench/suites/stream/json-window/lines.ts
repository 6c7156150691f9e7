/** Cuts text that comes in chunks into lines, by hand. */
export class Lines {
  #rest = ''

  /** Hands over each line that is whole. */
  push(chunk: Buffer, line: (text: string) => void): void {
    const text = this.#rest + chunk.toString('utf8')
    let from = 0
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      line(text.slice(from, end))
      from = end + 1
    }
    this.#rest = text.slice(from)
  }
}
