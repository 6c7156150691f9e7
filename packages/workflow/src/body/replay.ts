/**
 * Answers a body from its journal, one entry after the other in the order in which they were written, and keeps whatever is
 * not recorded waiting until the journal is used up. So the body sees the world as it did before, also where it collects
 * what its branches do in the order in which they end; and nothing new happens before the whole journal has been found to
 * fit the code.
 *
 * That is exact: an entry is written after it was asked for, and before whatever depends on its answer is asked for. When
 * the body rests and the next entry was not asked for, this code can not have written this journal. The entry is noted as
 * a misfit and passed over, to find out what becomes of the others.
 */
import { castOutput, fitsOutput, type Json, type KeptOutcome, type Schema, type Timers } from '@heddle/core'
import type { Entry } from '../run/run.ts'
import { isHashOf } from './hash-input.ts'
import { earlierKeys, partsOf, type Renames } from './earlier-keys.ts'
import type { Misfit } from './misfit.ts'

/** Within how many turns of the microtask queue a body has done what it does with an answer. */
const usualTurns = 12
/** How many it is given to ask for the next entry. */
const mostTurns = 200
/** Then, in milliseconds: something that is no step, e.g. a module that is loaded, may hold it up for a while. */
const patienceMs = [0, 25]

/** What a body asks for. */
export interface Ask {
  readonly key: string
  readonly kind: Entry['kind']
  readonly command?: string
  /** What is passed in to a step. */
  readonly input?: unknown
  /** What the recorded value must be one of. */
  readonly type?: Schema
}

/** A journal that is gone through again. */
export class Replay {
  readonly #entries: readonly Entry[]
  readonly #recorded = new Map<string, Entry>()
  readonly #timed = new Set<string>()
  readonly #renamedFrom: Renames
  readonly #timers: Timers
  /** Asks for entries whose turn has not come, by the entries' keys. */
  readonly #waiting = new Map<string, () => void>()
  readonly #held: { readonly key: string; readonly release: () => void }[] = []
  readonly #asked = new Set<string>()
  readonly #passedOver = new Set<string>()
  readonly #misfits: Misfit[] = []
  readonly #reached: ReadonlySet<string>
  #going: Promise<readonly Misfit[]> | undefined
  #isUseless = false
  #isPatient = true

  /** @param reached keys that the run is known to have come to, though nothing is recorded of them: it waits there */
  constructor(entries: readonly Entry[], renamedFrom: Renames, timers: Timers, reached: readonly string[]) {
    this.#reached = new Set(reached)
    // Who won a race is known before it begins, so it has no turn.
    this.#entries = entries.filter(({ kind }) => kind !== 'race' && kind !== 'told')
    for (const entry of entries) {
      if (entry.kind === 'timer') this.#timed.add(entry.key)
      else if (entry.kind !== 'told') this.#recorded.set(entry.key, entry)
    }
    this.#renamedFrom = renamedFrom
    this.#timers = timers
  }

  /** The key under which the journal holds what is asked for, which may have been renamed since. */
  nameOf(key: string): string {
    if (this.#recorded.has(key) || this.#timed.has(key)) return key
    const names = earlierKeys(key, this.#renamedFrom)
    const isFree = (name: string) => !this.#asked.has(name) && (this.#recorded.has(name) || this.#timed.has(name))
    return names.find(isFree) ?? key
  }

  /** Whether something is recorded of it. */
  has(key: string): boolean {
    const name = this.nameOf(key)
    return this.#recorded.has(name) || this.#timed.has(name)
  }

  /** The entry when its turn has come; undefined, when everything recorded had its turn, for what is not recorded. */
  ask(asked: Ask): Entry | undefined | Promise<Entry | undefined> {
    const key = this.nameOf(asked.key)
    const entry = this.#recorded.get(key)
    if (asked.kind === 'race' && (entry === undefined || entry.kind === 'race')) return entry
    const refusal = entry ? refusalOf(asked, entry) : this.#timerRefusal(key, asked.kind)
    if (refusal) {
      this.#misfits.push({ kind: 'changed', key, ...refusal })
      this.#isUseless = true
      void this.finished()
      return new Promise(() => undefined)
    }
    this.#asked.add(key)
    void this.finished()
    if (!entry) return new Promise((resolve) => this.#held.push({ key: asked.key, release: () => resolve(undefined) }))
    if (this.#passedOver.has(key)) return entry
    return new Promise((resolve) => this.#waiting.set(key, () => resolve(entry)))
  }

  /** Lets what is not recorded happen. */
  release(): void {
    for (const { release } of this.#held.splice(0)) release()
  }

  /** Where the code does not fit, when the journal is used up. The body must have begun. */
  finished(): Promise<readonly Misfit[]> {
    return (this.#going ??= this.#go())
  }

  async #go(): Promise<readonly Misfit[]> {
    for (const entry of this.#entries) {
      const isAsked = await this.#isAsked(entry.key)
      if (this.#isUseless) break
      if (!isAsked) {
        const first = this.#newBefore(entry.key)
        if (first !== undefined) {
          this.#misfits.push({ kind: 'added', key: entry.key, first })
          break
        }
        this.#passOver(entry.key)
      } else if (entry.kind !== 'timer') {
        this.#waiting.get(entry.key)?.()
        this.#waiting.delete(entry.key)
        this.#isPatient = true
      }
    }
    if (this.#misfits.length === 0) await this.#turns(() => this.#held.length > 0)
    return this.#misfits.map((misfit) =>
      misfit.kind === 'reordered' && !this.#asked.has(misfit.key) ? { kind: 'missing', key: misfit.key } : misfit,
    )
  }

  #passOver(key: string): void {
    this.#passedOver.add(key)
    const [first] = this.#waiting.keys()
    this.#misfits.push(first === undefined ? { kind: 'missing', key } : { kind: 'reordered', key, first })
  }

  async #isAsked(key: string): Promise<boolean> {
    const isAsked = () => this.#isUseless || this.#asked.has(key)
    await this.#turns(isAsked)
    for (const delayMs of this.#isPatient ? patienceMs : []) {
      if (isAsked()) return !this.#isUseless
      await new Promise<void>((resolve) => void this.#timers.after(delayMs, resolve))
    }
    // Until it is answered again the body does nothing more.
    this.#isPatient = isAsked()
    return this.#asked.has(key)
  }

  async #turns(isEnough: () => boolean): Promise<void> {
    for (let turn = 0; turn < usualTurns || (turn < mostTurns && !isEnough()); turn++) await Promise.resolve()
  }

  /** Something new that the body waits for where it should come to an entry: in a scope around it, or within its own. */
  #newBefore(key: string): string | undefined {
    if (this.#waiting.size > 0) return undefined
    const path = partsOf(key).slice(0, -1)
    return this.#held.find(({ key: held }) => {
      if (this.#reached.has(held)) return false
      const scope = partsOf(held).slice(0, -1)
      return path.slice(0, scope.length).join('/') === scope.slice(0, path.length).join('/')
    })?.key
  }

  #timerRefusal(key: string, kind: Entry['kind']): { recorded: string; asked: string } | undefined {
    if (!this.#timed.has(key) || kind === 'fired' || kind === 'signal') return undefined
    return { recorded: 'a timer', asked: `a ${kind}` }
  }
}

function refusalOf(asked: Ask, entry: Entry): { recorded: string; asked: string } | undefined {
  if (entry.kind === 'cancelled') return undefined
  const isSame = entry.kind === asked.kind && entry.command === asked.command
  if (!isSame) return { recorded: shown(entry), asked: shown(asked) }
  // In a history that was exported, inputs are left out where something is masked.
  const isOther = entry.input !== undefined && !isHashOf(entry.input, asked.input)
  if (isOther) return { recorded: shown(entry), asked: `${shown(asked)} with another input` }
  if (!asked.type || fitsKept(asked.type, entry)) return undefined
  return { recorded: `a value of ${shown(entry)}`, asked: 'a value of another type' }
}

const shown = ({ kind, command }: Pick<Entry, 'kind' | 'command'>): string =>
  command ?? `a ${kind === 'fired' ? 'timer' : kind}`

/** Whether what is recorded is still of its type. Failures are, whatever becomes of it. */
function fitsKept(type: Schema, { kind, value }: Entry): boolean {
  if ((value as { masked?: boolean } | undefined)?.masked) return true
  if (kind === 'signal') {
    const { data, none } = (value ?? {}) as { data?: Json; none?: boolean }
    return none === true || fitsOutput(type, castOutput(type, data ?? null))
  }
  const kept = value as unknown as KeptOutcome | null
  return !kept?.ok || fitsOutput(type, castOutput(type, kept.value))
}
