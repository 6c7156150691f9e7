/** How much a decoder accepts. */
export interface DecodeLimits {
  /** Size of the input in bytes. @default 1 MiB (1048576) */
  readonly maxBodyBytes?: number
  /** How deep objects and lists may be nested. @default 64 */
  readonly maxDepth?: number
}

/** What holds where nothing else is said. */
export const decodeLimits = { maxBodyBytes: 1024 * 1024, maxDepth: 64 } as const satisfies DecodeLimits
