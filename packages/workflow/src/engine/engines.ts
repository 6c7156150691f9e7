import { Defect, type OpenApp } from '@heddle/core'
import { DataTransactions } from '@heddle/data'
import type { Engine } from './engine.ts'

/** The engines of open apps, by what their units of work have in common. */
const engines = new WeakMap<object, Engine>()

/** Makes an engine known to the units of work of its app. */
export const provideEngine = (catalog: object, engine: Engine): void => void engines.set(catalog, engine)

/** The engine behind a unit of work. */
export const engineOf = (catalog: object): Engine | undefined => engines.get(catalog)

/** The engine of an app, where it has one by now. */
export function engineIfAny({ ports: { transactions } }: Pick<OpenApp, 'ports'>): Engine | undefined {
  return transactions instanceof DataTransactions ? engines.get(transactions.catalog) : undefined
}

/** The engine of an open app. @throws {Defect} MissingPart */
export function engineOfApp(app: Pick<OpenApp, 'ports' | 'name'>): Engine {
  const engine = engineIfAny(app)
  if (!engine) throw new Defect('MissingPart', { name: app.name, missing: 'a workflow and a database' })
  return engine
}
