/** An approval as `heddle.ListApprovals` lists it. */
export interface Listed {
  readonly run: string
  readonly workflow: string
  readonly key: string
  readonly until?: string
  readonly summary?: string
  /** The command that answers it. */
  readonly command: string
  readonly form: { readonly properties?: Readonly<Record<string, unknown>> }
}
