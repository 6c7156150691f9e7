/** What proves that a lease is held: its name, and the number that its holder got with it. */
export interface LeaseProof {
  readonly name: string
  /** Grows with each change of holder. */
  readonly token: number
  /** Whose lease it is. @default the tenant of the call */
  readonly tenant?: string
}
