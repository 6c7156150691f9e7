/** What became of a suite. */
export interface Report {
  readonly passed: number
  readonly total: number
  /** What did not pass, a line each. */
  readonly failures: readonly string[]
  /** Set where the suite could not be had: why, and then nothing was run. */
  readonly notRun?: string
}

/** Public material that tries one standard from outside. */
export interface Suite {
  /** What it is called on the command line. */
  readonly name: string
  readonly standard: string
  /** Where the material comes from, with its version. */
  readonly material: string
  run(): Promise<Report>
}
