import { isPromise } from '@heddle/core'
import type { Life } from './life.ts'

type Method = (...given: unknown[]) => unknown

/** By their contracts these answer at once: they free something, or note it in memory. No fault can hit them. */
const atOnce = new Set<PropertyKey>([
  'begin',
  'overlay',
  'rollback',
  'record',
  'release',
  'unlock',
  'schedule',
  'watchEvents',
  'addWithin',
  'close',
])
/** What these answer with is a port in turn. */
const givesPort = new Set<PropertyKey>(['begin', 'overlay', 'snapshot'])

/** Who stands behind a wrapper: a port may know the class of what it is handed. */
const originals = new WeakMap<object, object>()

/** Puts a simulation before one of core's ports or a driver, whose callers await whatever comes. */
export function wrapPort<P extends object>(life: Life, name: string, port: P): P {
  return wrap(port, (property, method) => {
    const call = `${name}.${String(property)}`
    const wrapAnswer = (answer: unknown) => {
      if (!givesPort.has(property)) return answer
      if (property === 'snapshot') life.holdings.add(answer, () => (answer as { release(): void }).release())
      return wrapPort(life, property === 'snapshot' ? call : 'unit', answer as object)
    }
    return (...given) => {
      const real = given.map(original)
      const run = () => Reflect.apply(method, port, real)
      if (property === 'lock') life.holdings.add(given[0], () => (port as unknown as Lockable).unlock(given[0]))
      if (property === 'unlock') life.holdings.drop(given[0])
      if (property === 'release') life.holdings.drop(port)
      if (atOnce.has(property)) return life.alive || givesPort.has(property) ? wrapAnswer(run()) : undefined
      const answer = life.portCall(call, given, run)
      return isPromise(answer) ? answer.then(wrapAnswer) : wrapAnswer(answer)
    }
  })
}

interface Lockable {
  unlock(holder: unknown): void
}

/** Puts a simulation before a user's service, whose methods go on to answer at once where they do. */
export function wrapService<S>(life: Life, name: string, service: S): S {
  const disturbed = (call: string, method: Method, self: unknown): Method => {
    const isAsynchronous = method.constructor.name === 'AsyncFunction'
    return (...given) => life.serviceCall(call, given, () => Reflect.apply(method, self, given), isAsynchronous)
  }
  if (typeof service === 'function') return disturbed(name, service as unknown as Method, undefined) as unknown as S
  if (typeof service !== 'object' || service === null) return service
  return wrap(service, (property, method) => disturbed(`${name}.${String(property)}`, method, service))
}

/** A stand-in of the same class with other methods. */
function wrap<P extends object>(port: P, wrapMethod: (property: PropertyKey, method: Method) => Method): P {
  const methods = new Map<PropertyKey, Method>()
  function get(property: PropertyKey): unknown {
    const value: unknown = Reflect.get(port, property, port)
    if (typeof value !== 'function') return value
    let wrapped = methods.get(property)
    if (!wrapped) methods.set(property, (wrapped = wrapMethod(property, value as Method)))
    return wrapped
  }
  // The proxy's own target is an empty object: a frozen one would not let its methods be replaced.
  const wrapper = new Proxy(Object.create(Object.getPrototypeOf(port) as object) as P, {
    get: (_target, property) => get(property),
    set: (_target, property, value) => Reflect.set(port, property, value, port),
    has: (_target, property) => Reflect.has(port, property),
    // Whoever puts something before a port spreads it, `{ ...database, commit }`, and takes the wrapped methods along.
    ownKeys: () => Reflect.ownKeys(port),
    getOwnPropertyDescriptor(_target, property) {
      const own = Reflect.getOwnPropertyDescriptor(port, property)
      return own && { value: get(property), enumerable: own.enumerable, configurable: true, writable: true }
    },
  })
  originals.set(wrapper, port)
  return wrapper
}

/** What a wrapper stands for, also where it is `after` in the options of a call. */
function original(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  const own = originals.get(value)
  if (own) return own
  return 'after' in value && originals.has(value.after as object) ? { ...value, after: original(value.after) } : value
}
