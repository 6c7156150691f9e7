/** What the machine must do next. It is all that engines read. */
export type Retry = 'never' | 'later' | { readonly afterMs: number }
