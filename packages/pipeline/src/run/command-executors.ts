import { stepKinds } from '../kinds/kinds.ts'
import type { Executors } from './executor.ts'

/** How each kind runs in a command, by name: other modes take over what is right for them, too. */
export const commandExecutors: Executors = Object.fromEntries(
  [...stepKinds.values()].flatMap(({ name, command }) => (command ? [[name, command] as const] : [])),
)
