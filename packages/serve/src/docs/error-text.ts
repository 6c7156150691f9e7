import { type CommandSection, parseErrorKey, systemErrors } from '@heddle/core'

/** What is told of an error: what happened, what to do, and whether trying again may help. */
export interface ToldError {
  readonly code: string
  readonly category: string
  readonly message: string
  readonly help?: string
  readonly retry: string
  /** The command that declares it; undefined where Heddle does. */
  readonly declaredBy?: string
}

/** What an error key of a command means: that of a command that it calls is told by that command. */
export function toldError(
  key: string,
  { name, errors }: Pick<CommandSection, 'name' | 'errors'>,
  commands: ReadonlyMap<string, CommandSection>,
): ToldError | undefined {
  const parsed = parseErrorKey(key)
  if (!parsed) return undefined
  const { code, via, category } = parsed
  const owner = via.at(-1)
  const declared = owner === undefined ? errors[code] : commands.get(owner)?.errors[code]
  if (declared) {
    const { message, help, retry } = declared
    return { code, category, message, help, retry: retryText(retry), declaredBy: owner ?? name }
  }
  if (!Object.hasOwn(systemErrors, code)) return { code, category, message: '', retry: '' }
  const { message, help, retry } = systemErrors[code as keyof typeof systemErrors]
  return { code, category, message, help, retry: retryText(retry) }
}

/** Whether another try may help, in words. */
export function retryText(retry: unknown): string {
  if (retry === 'never') return 'Trying again does not help.'
  const { afterMs } = (typeof retry === 'object' ? retry : {}) as { readonly afterMs?: number }
  return afterMs === undefined ? 'Trying again later may help.' : `Trying again after ${afterMs} ms may help.`
}
