/** What the page shows. */
export interface Shown {
  readonly view: string
}
