/** What an engine can do for an app. */
export const engineRoles = ['cache', 'rateCounter', 'notices', 'recordStore', 'events', 'changes', 'sink'] as const

/** One of them. */
export type EngineRole = (typeof engineRoles)[number]

/** An engine to which a folder of this package connects. */
export interface Engine {
  readonly title: string
  /** The server on which its tests run. */
  readonly testedOn: string
  /** The npm package to install beside Heddle. */
  readonly library: string
  /** Role → the function that plays it. */
  readonly roles: { readonly [R in EngineRole]?: string }
}
