/** How the signal begins that an answer to an approval is sent by. */
const prefix = 'approval '

/** The signal that answers one approval of a run: the name that it has in the definition, and its journal key. */
export const approvalSignal = (name: string, key: string): string => `${prefix}${name} ${key}`

/** What approval a run waits for by a signal; undefined where it is another signal. */
export function approvalOf(signal: string | undefined): { readonly name: string; readonly key: string } | undefined {
  if (!signal?.startsWith(prefix)) return undefined
  const rest = signal.slice(prefix.length)
  const at = rest.indexOf(' ')
  return { name: rest.slice(0, at), key: rest.slice(at + 1) }
}
