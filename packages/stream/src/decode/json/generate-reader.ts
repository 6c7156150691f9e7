import { cursor, unusual } from './cursor.ts'
import { readInAnyOrder, type Reading, readSlot } from './any-order.ts'
import type { Layout } from './layout.ts'
import { numberRead, simpleNumberEnd } from './numbers.ts'
import { quoteEnd, skipValue } from './skip.ts'
import type { ObjectSlot, Slot } from './slots.ts'
import { sureCondition } from './sure.ts'
import { readString } from './strings.ts'
import { readValue } from './values.ts'
import { lineFeedFrom } from './words.ts'

/** Reads the object that begins at `at`; the cursor stands behind it then. */
export type ReadRecord = (bytes: Buffer, words: DataView, at: number) => unknown

/** What a predicting reader answers for a record that is laid out in another way. */
export const missed = Symbol('missed')

const helpers = {
  cursor,
  unusual,
  missed,
  readString,
  numberRead,
  simpleNumberEnd,
  readValue,
  readSlot,
  readInAnyOrder,
  skipValue,
  quoteEnd,
  lineFeedFrom,
}

/**
 * Makes a function that reads records of one layout: keys are compared as words where they are expected, with what stands
 * between fields, values are read into variables, and the object is one literal. A field may be left out; anything else
 * that differs is `missed`, also what cannot be read, which may be no more than a space where none was. Where
 * nothing is proved, it goes to the end of the line once it has all that was asked for.
 *
 * @param isCompact whether there are no spaces between fields; else one may stand behind a comma and a colon
 */
export function generateReader(
  slot: ObjectSlot,
  layout: Layout,
  { proves, maxDepth }: Reading,
  isCompact: boolean,
): ReadRecord {
  const writer = new Writer(proves, isCompact)
  const value = writer.object(slot, layout, maxDepth, true)
  const source = [
    '"use strict";',
    `const { ${Object.keys(helpers).join(', ')} } = helpers;`,
    ...writer.constants.map((_, index) => `const k${index} = constants[${index}];`),
    'return function read(u, d, p) {',
    'if (u[p] !== 123) return missed;',
    'let sure = true;',
    writer.lines.join('\n'),
    `cursor.at = p; cursor.isSure = sure; return ${value}; }`,
  ].join('\n')
  // oxlint-disable-next-line no-new-func -- made of numbers and of keys as JSON literals
  const make = new Function('helpers', 'constants', source)
  return make(helpers, writer.constants) as ReadRecord
}

/** Fields that one 32-bit number can tell to have been seen, as a small integer. */
const perMask = 30

class Writer {
  readonly lines: string[] = []
  readonly constants: unknown[] = []
  readonly #proves: boolean
  readonly #isCompact: boolean
  #count = 0

  constructor(proves: boolean, isCompact: boolean) {
    this.#proves = proves
    this.#isCompact = isCompact
  }

  /** Writes the reading of an object whose brace stands at `p`. Gives back the variable of its value. */
  object(slot: ObjectSlot, layout: Layout, depthLeft: number, isTop: boolean): string {
    const id = this.#count++
    const masks = Math.ceil(slot.keys.length / perMask)
    const mask = (index: number) => `m${id}_${Math.floor(index / perMask)}`
    const bit = (index: number) => 2 ** (index % perMask)
    const all = Array.from({ length: masks }, (_, at) => {
      const count = Math.min(perMask, slot.keys.length - at * perMask)
      return `m${id}_${at} === ${2 ** count - 1}`
    }).join(' && ')
    for (let at = 0; at < masks; at++) this.#write(`let m${id}_${at} = 0;`)
    for (const index of slot.keys.keys()) this.#write(`let v${id}_${index};`)
    const last = Math.max(...layout.fields.map(({ index }, at) => (index < 0 ? -1 : at)))

    if (!slot.isPlain) this.#write('sure = false;')
    // Where the object begins: there a field has a brace before it, and no comma.
    if (this.#isCompact) this.#write(`const b${id} = p;`)
    else this.#write('p++; if (u[p] === 32) p++;')
    this.#write(`o${id}: {`)
    if (isTop && !this.#proves && slot.keys.length === 0) this.#write(`p = lineFeedFrom(d, p); break o${id};`)
    if (!this.#isCompact) this.#write(`if (u[p] === 125) { p++; break o${id}; }`)
    for (const [at, field] of layout.fields.entries()) {
      this.#key(field.key, at === 0, `b${id}`)
      if (field.index < 0) {
        const skip = `skipValue(u, d, p, ${depthLeft - 1}, ${this.#proves})`
        this.#write(
          `p = ${this.#proves ? skip : `u[p] === 34 ? quoteEnd(u, d, p) : ${skip}`}; if (p < 0) return missed;`,
        )
      } else {
        const name = `v${id}_${field.index}`
        const inner = slot.slots[field.index]!
        if (inner.kind === 'object' && field.inside) this.#nested(inner, field.inside, name, depthLeft - 1)
        else this.#value(inner, name, depthLeft - 1)
        if (inner.kind !== 'object') {
          const condition = sureCondition(slot.types[field.index], name)
          this.#write(condition === undefined ? 'sure = false;' : `if (!(${condition})) sure = false;`)
        } else if (!field.inside) this.#write('sure = false;')
        this.#write(`${mask(field.index)} |= ${bit(field.index)};`)
        if (isTop && !this.#proves && at === last) this.#write(`if (${all}) { p = lineFeedFrom(d, p); break o${id}; }`)
      }
      if (!this.#isCompact) {
        this.#write('if (u[p] === 44) { p++; if (u[p] === 32) p++; }')
        this.#write(`else if (u[p] === 125) { p++; break o${id}; } else return missed;`)
      }
      this.#write('}')
    }
    if (this.#isCompact) this.#write(`if (p === b${id}) p++; if (u[p] === 125) { p++; break o${id}; }`)
    this.#write('return missed; }')
    const [keys, values] = [slot.keys.map((key) => JSON.stringify(key)), slot.keys.map((_, at) => `v${id}_${at}`)]
    const result = `r${id}`
    this.#write(`let ${result};`)
    this.#write(`if (${all || 'true'}) ${result} = { ${keys.map((key, at) => `${key}: ${values[at]}`).join(', ')} };`)
    this.#write(`else { sure = false; ${result} = {};`)
    for (const [at, key] of keys.entries()) {
      this.#write(`if ((${mask(at)} & ${bit(at)}) !== 0) ${result}[${key}] = ${values[at]};`)
    }
    this.#write('}')
    return result
  }

  /** Writes the beginning of what is done where a key stands. @param begin the variable of where its object begins */
  #key(key: string, isFirst: boolean, begin: string): void {
    const text = `${JSON.stringify(key)}:`
    const length = Buffer.byteLength(text)
    if (!this.#isCompact) return this.#write(`if (${matches(text)}) { p += ${length}; if (u[p] === 32) p++;`)
    const behindBrace = `p === ${begin} && ${matches(`{${text}`)}`
    this.#write(`if (${isFirst ? behindBrace : `${matches(`,${text}`)} || ${behindBrace}`}) { p += ${length + 1};`)
  }

  #nested(slot: ObjectSlot, layout: Layout, name: string, depthLeft: number): void {
    if (depthLeft < 1) return this.#write('return missed;')
    this.#write('if (u[p] === 123) {')
    const result = this.object(slot, layout, depthLeft, false)
    this.#write(`${name} = ${result}; } else { sure = false;`)
    this.#any(name, depthLeft)
    this.#write('}')
  }

  #value(slot: Slot, name: string, depthLeft: number): void {
    if (slot.kind === 'string') {
      this.#write(`if (u[p] === 34) { ${name} = readString(u, d, p, ${this.#constant(slot.cache)});`)
      this.#write(`if (${name} === unusual) return missed; p = cursor.at; } else {`)
      this.#any(name, depthLeft)
      return this.#write('}')
    }
    if (slot.kind === 'number') {
      this.#write(
        `const n${name} = simpleNumberEnd(d, p); if (n${name} >= 0) { ${name} = numberRead[0]; p = n${name}; } else {`,
      )
      this.#any(name, depthLeft)
      return this.#write('}')
    }
    if (slot.kind === 'any') return this.#any(name, depthLeft)
    this.#write(`${name} = readSlot(${this.#constant(slot)}, u, d, p, ${depthLeft}, ${this.#proves});`)
    this.#write(`if (${name} === unusual) return missed; p = cursor.at;`)
  }

  #any(name: string, depthLeft: number): void {
    this.#write(`${name} = readValue(u, d, p, ${depthLeft}); if (${name} === unusual) return missed; p = cursor.at;`)
  }

  #write(line: string): void {
    this.lines.push(line)
  }

  #constant(value: unknown): string {
    this.constants.push(value)
    return `k${this.constants.length - 1}`
  }
}

/** The condition that bytes stand at `p`, four at a time; the last four may overlap those before. */
function matches(text: string): string {
  const bytes = Buffer.from(text)
  const conditions: string[] = []
  const { length } = bytes
  for (let at = 0; at + 4 <= length; at += 4) conditions.push(wordIs(bytes, at))
  if (length % 4 !== 0) {
    if (length > 4) conditions.push(wordIs(bytes, length - 4))
    else for (const [at, byte] of bytes.entries()) conditions.push(`u[p + ${at}] === ${byte}`)
  }
  return conditions.join(' && ')
}

const wordIs = (bytes: Buffer, at: number): string =>
  `d.getInt32(p${at === 0 ? '' : ` + ${at}`}, true) === ${bytes.readInt32LE(at)}`
