import type { Ports } from '../ports/ports.ts'

const stores = new WeakMap<Ports, Map<string, unknown>>()

/** What all policies of one open app share under a name. Each open app has ports of its own. */
export function sharedOf<Value>(ports: Ports, name: string, make: () => Value): Value {
  let store = stores.get(ports)
  if (!store) stores.set(ports, (store = new Map()))
  if (!store.has(name)) store.set(name, make())
  return store.get(name) as Value
}
