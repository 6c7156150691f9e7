import { Defect, type OpenApp } from '@heddle/core'

/** The configuration of the app, where it can be copied to another thread. */
export type CarriedConfig = { readonly value: unknown } | undefined

/** Makes the configuration of an app ready for another thread. */
export function carryConfig(config: unknown): CarriedConfig {
  try {
    return { value: structuredClone(config) }
  } catch {
    return undefined
  }
}

/**
 * The app as sources and sinks see it that are opened on the thread of their job: they have its configuration. Whoever asks
 * for more is told so, instead of finding nothing there and going another way.
 *
 * @param name of the source or sink
 */
export const appThere = (job: string, name: string, config: CarriedConfig): OpenApp =>
  new Proxy({} as OpenApp, {
    get(_target, property) {
      if (property === 'config' && config) return config.value
      // What looks at any value, e.g. whether it is a promise, asks for nothing of the app.
      if (typeof property === 'symbol' || property === 'then' || property === 'toJSON') return undefined
      throw new Defect('AppElsewhere', { job, name, what: property })
    },
  })
