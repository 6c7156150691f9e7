import { type AnyCommand, app, type InputFor, type OpenApp, type ValueOf } from '@heddle/core'
import { operations } from '../commands/operations.ts'
import type { Session } from './session.ts'

/**
 * The tool's own app: the commands of the domain `heddle` over the user's app, which stays as declared. Nothing of the
 * user's is opened, so that looking at an app works beside a running one.
 */
export class ToolApp {
  readonly session: Session
  #open: Promise<OpenApp> | undefined

  constructor(session: Session) {
    this.session = session
  }

  /** The value, or throws the first failure. Opens the app at the first call. */
  async callOrThrow<C extends AnyCommand>(command: C, input: InputFor<C>): Promise<ValueOf<C>> {
    this.#open ??= app('heddle', { parts: [...operations(() => this.session.app())] }).open({
      folder: this.session.folder,
      root: this.session.root,
      environment: {},
    })
    return (await this.#open).callOrThrow(command, input, { signal: this.session.around.signal })
  }

  async close(): Promise<void> {
    await (await this.#open)?.close()
  }
}
