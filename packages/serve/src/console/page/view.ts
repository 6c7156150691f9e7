import type { Server } from './server.ts'
import type { Link } from './link.ts'

/** What a view is handed. */
export interface Page {
  readonly server: Server
  readonly link: Link
  /** Goes to another place of the page, e.g. `runs/0198…`. */
  go(place: string): void
}

/** A part of the page, made when somebody goes there. */
export interface View {
  readonly title: string
  readonly element: HTMLElement
  /**
   * Begins to show what is there now and what comes, for as long as the connection holds. Called again whenever there is
   * one: what happened meanwhile is then shown.
   */
  follow?(signal: AbortSignal): Promise<void> | void
  /** Told of each new state of the app. */
  told?(): void
  /** Goes to a further place within the view; false where that is another view. */
  enter?(rest: string): boolean
}
