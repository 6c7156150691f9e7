import type { z } from 'zod'
import type { AnyCommand } from '../command/types.ts'
import { Defect } from '../error/defect.ts'
import { compileSchema, Issues } from '../schema/compile/index.ts'
import type { Policy } from './policy.ts'

/** A kind of policy that can be named in JSON, YAML or a form. */
export interface PolicyKind<Config extends z.ZodType = z.ZodType> {
  readonly name: string
  /** One line. */
  readonly summary: string
  readonly config: Config
  /** The field that a bare value stands for: `{ timeout: '2s' }` is `{ timeout: { after: '2s' } }`. */
  readonly short?: string
  /** @param find the command of a name that the config holds */
  create(config: z.output<Config>, find: FindCommand): Policy
}

/** Finds a command that a config names; undefined where there is none. */
export type FindCommand = (name: string) => AnyCommand | undefined

/**
 * Declares a kind of policy, so that configuration can name it.
 *
 * @example
 * export const quietHours = definePolicy({
 *   name: 'quietHours',
 *   summary: 'Refuses calls at night',
 *   config: z.object({ from: z.int(), until: z.int() }),
 *   create: (config) => ({ name: 'quietHours', config, open: () => (call, next) => next() }),
 * })
 */
export const definePolicy = <Config extends z.ZodType>(kind: PolicyKind<Config>): PolicyKind<Config> => kind

/**
 * Makes a policy from what stands in code.
 *
 * @throws {Defect} InvalidDefinition, with the place in the config that is wrong
 */
export function policyOf<Config extends z.ZodType>(kind: PolicyKind<Config>, given: unknown): Policy {
  const checked = compileSchema(kind.config, { unknownKeys: 'strict' }).run(given)
  if (!(checked instanceof Issues)) return kind.create(checked, () => undefined)
  const { path, message } = checked.issues[0]!
  const place = path.length === 0 ? '' : ` (at ${path.join('/')})`
  throw new Defect('InvalidDefinition', { name: `the policy ${kind.name}`, reason: `${message}${place}` })
}
