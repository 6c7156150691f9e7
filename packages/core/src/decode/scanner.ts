/** A place where a text is no JSON. Caught where the scan began. */
export class Malformed {
  readonly reason: string
  /** Offset of the character that does not belong there. */
  readonly at: number

  constructor(reason: string, at: number) {
    this.reason = reason
    this.at = at
  }
}

const space = /[ \t\n\r]*/y
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
/** What may stand in a string as it is: anything but quotes, backslashes and control characters. */
const plain = /[ !#-[\]-\uffff]*/y
const escapes: Record<string, string> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }

/** Reads the tokens of JSON (RFC 8259) one by one. */
export class Scanner {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  get atEnd(): boolean {
    return this.#at === this.#text.length
  }

  /** The character that comes next; empty at the end. */
  peek(): string {
    return this.#text.charAt(this.#at)
  }

  skip(character: string): void {
    this.#at += character.length
  }

  /** Takes the character if it comes next. */
  accept(character: string): boolean {
    if (this.peek() !== character) return false
    this.#at++
    return true
  }

  space(): void {
    this.#match(space)
  }

  word(word: string): void {
    for (const character of word) if (!this.accept(character)) this.refuse(`"${word}"`)
  }

  number(): string {
    const text = this.#match(number)
    if (text === '') this.refuse('a value')
    return text
  }

  string(): string {
    const opened = this.#at
    let value = ''
    this.skip('"')
    for (;;) {
      value += this.#match(plain)
      if (this.accept('"')) return value
      if (this.atEnd) throw new Malformed('a string that does not end', opened)
      if (!this.accept('\\')) throw new Malformed('a control character in a string', this.#at)
      value += this.#escape()
    }
  }

  /** @throws {Malformed} saying what was expected and what stands there */
  refuse(expected: string): never {
    const found = String.fromCodePoint(this.#text.codePointAt(this.#at) ?? 0).toWellFormed()
    throw new Malformed(`expected ${expected} but found ${this.atEnd ? 'the end' : JSON.stringify(found)}`, this.#at)
  }

  #escape(): string {
    const at = this.#at - 1
    const letter = this.peek()
    this.#at++
    if (letter === 'u') {
      const digits = this.#text.slice(this.#at, this.#at + 4)
      if (!/^[\da-fA-F]{4}$/.test(digits)) throw new Malformed('an escape \\u without four hexadecimal digits', at)
      this.#at += 4
      return String.fromCharCode(Number.parseInt(digits, 16))
    }
    const character = escapes[letter]
    if (character === undefined) throw new Malformed('an escape that JSON does not know', at)
    return character
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at
    const [matched = ''] = pattern.exec(this.#text) ?? []
    this.#at += matched.length
    return matched
  }
}
