import { type Port, port } from '../ports/port.ts'
import type { OutputOf, Schema } from '../schema/schema.ts'

/** The configuration of an app as its commands use it. */
export interface ConfigPort<Type extends Schema = Schema> extends Port<OutputOf<Type>> {
  readonly type: Type
}

/**
 * Declares a configuration that commands read: they list it in `uses`, and `ctx.use` gives what was read when the app was
 * opened.
 *
 * @example
 * export const Limits = configuration(z.object({ maxRows: z.int().default(100) }))
 * app('bank', { parts: [listAccounts], config: Limits })
 */
export function configuration<Type extends Schema>(type: Type): ConfigPort<Type> {
  return { ...port<OutputOf<Type>>('configuration', { external: false }), type }
}

/** The port of an app's configuration, where it was declared as one. */
export const configPortOf = (config: Schema | ConfigPort | undefined): ConfigPort | undefined =>
  config && 'kind' in config && config.kind === 'port' ? (config as ConfigPort) : undefined

/** The type of an app's configuration, however it is declared. */
export const configTypeOf = (config: Schema | ConfigPort | undefined): Schema | undefined =>
  configPortOf(config)?.type ?? (config as Schema | undefined)
