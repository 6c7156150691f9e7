/** Which version of a pipeline runs, and its tags. */
export interface PipelineState {
  readonly name: string
  readonly current: string
  readonly declared: string
  /** Tag → hash. */
  readonly tags: Readonly<Record<string, string>>
}

/** A stored plan. */
export interface PlanVersion {
  readonly pipeline: string
  readonly hash: string
  readonly plan?: unknown
  readonly at: Date
}

/** The shortest beginning of a hash that names a version. */
const shortestHash = 6

/**
 * The version that a text names: a tag, a hash or its beginning; `current` and `declared` name those that run and that
 * the app's files hold. Nothing where there is none, or where several hashes begin so.
 */
export function findVersion<Version extends PlanVersion>(
  text: string,
  state: PipelineState,
  versions: readonly Version[],
): Version | undefined {
  const hash = text === 'current' ? state.current : text === 'declared' ? state.declared : (state.tags[text] ?? text)
  if (hash.length < shortestHash) return undefined
  const found = versions.filter((version) => version.hash.startsWith(hash))
  return found.length === 1 ? found[0] : undefined
}
