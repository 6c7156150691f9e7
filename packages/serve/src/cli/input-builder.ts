import { type PathSegment, systemFailure } from '@heddle/core'
import { usageFailure } from './flag-tokens.ts'

/** An input that is put together from flags. */
export class InputBuilder {
  #value: unknown

  constructor(start?: unknown) {
    this.#value = start
  }

  get value(): unknown {
    return this.#value
  }

  /** Puts a value at a place; objects and lists on the way are made. */
  set(path: readonly PathSegment[], value: unknown): void {
    if (path.length === 0) {
      this.#value = value
      return
    }
    const { holder, last } = this.#reach(path)
    if (Array.isArray(holder)) holder[last as number] = value
    else define(holder, String(last), value, path)
  }

  /** Adds an element to the list at a place. Says at which place the element is then. */
  append(path: readonly PathSegment[], value: unknown): PathSegment[] {
    const { holder, last } = this.#reach(path)
    const list = read(holder, last)
    if (Array.isArray(list)) return [...path, list.push(value) - 1]
    this.set(path, [value])
    return [...path, 0]
  }

  #reach(path: readonly PathSegment[]): { holder: Holder; last: PathSegment } {
    this.#value = container(this.#value, path[0]!, path)
    let holder = this.#value as Holder
    for (let depth = 0; depth < path.length - 1; depth++) {
      const next = container(read(holder, path[depth]!), path[depth + 1]!, path)
      if (Array.isArray(holder)) holder[path[depth] as number] = next
      else define(holder, String(path[depth]), next, path.slice(0, depth + 1))
      holder = next
    }
    return { holder, last: path.at(-1)! }
  }
}

type Holder = unknown[] | Record<string, unknown>

function container(current: unknown, segment: PathSegment, path: readonly PathSegment[]): Holder {
  const holder = current ?? (typeof segment === 'number' ? [] : {})
  const fits = typeof holder === 'object' && (!Array.isArray(holder) || typeof segment === 'number')
  if (!fits) throw usageFailure(`--${path.join('.')} does not fit what was given before it`)
  // An index must continue its list: a hole would reach the command as undefined.
  if (Array.isArray(holder) && (segment as number) > holder.length) {
    throw usageFailure(`--${path.join('.')} leaves out the index ${holder.length}`)
  }
  return holder as Holder
}

function read(holder: Holder, segment: PathSegment): unknown {
  return Object.hasOwn(holder, segment) ? (holder as Record<PathSegment, unknown>)[segment] : undefined
}

function define(holder: Record<string, unknown>, name: string, value: unknown, path: readonly PathSegment[]): void {
  if (name === '__proto__') throw systemFailure('ForbiddenKey', { key: name }, { path })
  holder[name] = value
}
