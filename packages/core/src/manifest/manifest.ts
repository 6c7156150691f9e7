import type { Sections } from '../app/part.ts'

/** Everything in an app, as JSON: what surfaces, clients, documents and `heddle check` derive from. */
export interface Manifest {
  /** Version of this format. */
  readonly heddle: 1
  readonly app: string
  /** By part kind, then by part name. */
  readonly parts: Readonly<Record<string, Sections>>
  /** SHA-256 of the above in canonical JSON (RFC 8785), each section replaced by its own hash; hexadecimal. */
  readonly hash: string
  /** The surface whose clients it is for, where it holds only what they may know. The hash is that of the whole then. */
  readonly surface?: string
}
