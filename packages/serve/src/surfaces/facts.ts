import type { CommandSection } from '@heddle/core'
import type { SurfaceSection } from '../http/surface-kind.ts'

/** What a way in can do beside calling, in the order in which it is shown, with the words for it. */
export const abilities = {
  call: 'call a command and get its outcome',
  stream: 'get the items of a streamed answer as they are made',
  progress: 'hear how far a long call is',
  cancel: 'end a call that runs',
  subscribe: 'be told new answers of a query, and events',
  upload: 'send files',
  download: 'get files',
  idempotencyKey: 'name a call, so that a repeated one runs once',
  deadline: 'say how long a call may take',
} as const

/** Something that a way in can do. */
export type Ability = keyof typeof abilities

/**
 * What a way into an app is and can do. Each room that is one exports it as `surface` from its `surface.ts`, in
 * `surfaces.ts` they are all listed, and the test of parity calls the commands of whole apps over each of them.
 */
export interface SurfaceFacts {
  /** One word, e.g. `http`. */
  readonly name: string
  /** For people, e.g. `HTTP`. */
  readonly title: string
  /** The ways of transport, where there are several, e.g. `stdio` and `http`. */
  readonly transports?: readonly string[]
  readonly can: Readonly<Record<Ability, boolean>>
  /**
   * Where it leads to a command, as a caller writes it, e.g. `POST /bank/TransferMoney`; nothing where it does not.
   *
   * @param sections the surfaces of the app, by their names in the manifest
   */
  doors?(command: CommandSection, sections: Readonly<Record<string, SurfaceSection>>): readonly string[]
}
