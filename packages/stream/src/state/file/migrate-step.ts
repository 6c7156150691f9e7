import { Defect } from '@heddle/core'
import { mostInLine } from '../cell/held-cell.ts'
import { timesNumber } from '../cell/times-cell.ts'
import type { Key } from '../../record/record.ts'
import type { CellShape, CellShapes } from '../cells.ts'
import { keyOfText, keyText } from '../key-text.ts'
import { decode, encode, Unwritable } from './encode.ts'
import type { FileSteps } from './file-steps.ts'
import { between, cellsOf, compareLines, equals, isGone, itemKey, partsOf, tab } from './line.ts'
import type { FileStep } from './state-file.ts'
import type { StepLines } from './step-lines.ts'
import { textForms } from './text-forms.ts'

/** What the cells of a key hold: a value, a list of items, a list of names and values of a map, or the time of a timer. */
export type CellContents = Readonly<Record<string, unknown>>

/** Changes what the cells of a key hold into what the new ones hold; undefined removes the state of the key. */
export type MigrateKey = (key: Key, cells: CellContents) => CellContents | undefined

/**
 * Changes the state of a step, key by key, in the order of the file. It stands in the epoch's transaction: a process that
 * dies on the way leaves everything as it was. Returns how many keys were there.
 */
export function migrateStep(
  steps: FileSteps,
  id: string,
  shapes: CellShapes,
  migrate: MigrateKey,
  linesOf: (step: number) => StepLines,
): number {
  const before = steps.get(id)
  if (before === undefined) return 0
  // New numbers for all cells: lines of before and after never stand in each other's way.
  const after = steps.renew(id, shapes)
  const lines = linesOf(before.number)
  let [seen, left] = [0, 0]
  lines.spill((add) => {
    for (const { hash, key, value, items } of keysOf(lines)) {
      seen++
      const changed = migrate(keyOfText(key), contentsOf(before, value, items))
      const written = changed === undefined ? { line: '', items: [] } : writtenOf(after, key, shapes, changed)
      // The timers that belong to no cell stay.
      const times = [...cellsOf(value)]
        .filter(([cell]) => cell === timesNumber)
        .map(([, text]) => `${timesNumber}:${text}`)
      const line = [written.line, ...times].filter((text) => text !== '').join(tab)
      if (line !== '') left++
      const gone = [...items.keys()].filter((item) => partsOf(item + tab).cell !== timesNumber)
      const all = [key + tab + line, ...gone.map((item) => item + tab), ...written.items]
      for (const each of all.sort(compareLines)) add(each, hash)
    }
  })
  steps.count(id, left)
  return seen
}

interface KeyLines {
  readonly hash: number
  readonly key: string
  readonly value: string
  /** What the items hold, by their line keys. */
  readonly items: ReadonlyMap<string, string>
}

/** The keys that have state, each with its items. */
function* keysOf(lines: StepLines): Generator<KeyLines> {
  const all = lines.scan()
  const items = new Map<string, string>()
  while (all.next()) {
    if (isGone(all.line)) continue
    const { key, cell, value } = partsOf(all.line)
    if (cell !== undefined) {
      items.set(all.line.slice(0, all.line.indexOf(tab)), value)
      continue
    }
    // The items of a key stand before its own line, unless those of another key with the same hash are between.
    const own = new Map([...items].filter(([item]) => partsOf(item + tab).key === key))
    for (const item of own.keys()) items.delete(item)
    yield { hash: all.hash, key, value, items: own }
  }
}

function contentsOf({ cells }: FileStep, value: string, items: ReadonlyMap<string, string>): CellContents {
  const contents: Record<string, unknown> = {}
  for (const [cell, text] of cellsOf(value)) {
    const { name, kind } = cells[cell] ?? { name: '', kind: null }
    if (kind === null) continue
    if (kind === 'value') contents[name] = decode(text, [])
    else if (kind === 'timer') contents[name] = Number(text)
    else contents[name] = kind === 'list' ? listOf(cell, text, items) : mapOf(cell, text, items)
  }
  return contents
}

const itemsOf = (cell: number, items: ReadonlyMap<string, string>): (readonly [sub: string, value: string])[] =>
  [...items].flatMap(([item, value]) => {
    const parts = partsOf(item + tab)
    return parts.cell === cell ? [[parts.sub!, value] as const] : []
  })

function listOf(cell: number, text: string, items: ReadonlyMap<string, string>): unknown[] {
  if (!text.startsWith('#')) return text.split(between).map((item) => decode(item, []))
  const found = itemsOf(cell, items).sort(([a], [b]) => Number(a) - Number(b))
  return found.map(([, item]) => decode(item, []))
}

function mapOf(cell: number, text: string, items: ReadonlyMap<string, string>): unknown[] {
  const pairOf = (name: string, value: string) => [keyOfText(name), decode(value, [])]
  if (!text.startsWith('#')) {
    return text.split(between).map((pair) => {
      const at = pair.indexOf(equals)
      return pairOf(pair.slice(0, at), pair.slice(at + 1))
    })
  }
  const found = itemsOf(cell, items).map(([name, item]) => {
    const space = item.indexOf(' ')
    return { name, place: Number(item.slice(0, space)), value: item.slice(space + 1) }
  })
  return found.sort((a, b) => a.place - b.place).map(({ name, value }) => pairOf(name, value))
}

interface Written {
  /** What stands in the line of the key. */
  readonly line: string
  /** The lines of its items. */
  readonly items: readonly string[]
}

/** What a key holds from now on. */
function writtenOf(step: FileStep, key: string, shapes: CellShapes, contents: CellContents): Written {
  const cells: string[] = []
  const items: string[] = []
  for (const [name, content] of Object.entries(contents)) {
    const shape = Object.hasOwn(shapes, name) ? shapes[name] : undefined
    const refuse = (reason: string) => new Defect('UnwritableState', { cell: name, step: step.name, key, reason })
    if (shape === undefined) throw refuse('the step has no such cell')
    if (content === undefined) continue
    const cell = step.cells.findLastIndex((known) => known.name === name)
    const text = textOf(shape, content, refuse, (sub, item) => items.push(itemKey(key, cell, sub) + tab + item))
    if (text !== '') cells.push(`${cell}:${text}`)
  }
  return { line: cells.join(tab), items }
}

function textOf(
  shape: CellShape,
  content: unknown,
  refuse: (reason: string) => Defect,
  addItem: (sub: string | number, text: string) => void,
): string {
  if (shape.cell === 'timer') {
    if (typeof content !== 'number' || !Number.isFinite(content)) throw refuse('its time is no number')
    return String(content)
  }
  const forms = textForms(shape.schema)
  const encoded = (value: unknown) => {
    const checked = shape.schema.safeParse(value)
    if (!checked.success) throw refuse(checked.error.issues.map(({ message }) => message).join(' '))
    try {
      return encode(value, forms)
    } catch (thrown) {
      throw thrown instanceof Unwritable ? refuse(thrown.message) : thrown
    }
  }
  if (shape.cell === 'value') return encoded(content)
  if (!Array.isArray(content)) throw refuse(`a ${shape.cell} is given as a list`)
  if (shape.cell === 'list') {
    const texts = content.map(encoded)
    if (texts.length <= mostInLine) return texts.join(between)
    texts.forEach((text, at) => addItem(at, text))
    return `#${texts.length}`
  }
  const entries = [...new Map(content as [string | number, unknown][])]
  const texts = entries.map(([name, value]) => [keyText(name), encoded(value)] as const)
  if (texts.length <= mostInLine) return texts.map(([name, text]) => name + equals + text).join(between)
  texts.forEach(([name, text], place) => addItem(name, `${place} ${text}`))
  return `#${texts.length},${texts.length}`
}
