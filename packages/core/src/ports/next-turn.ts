/**
 * Runs something once everything else of this process that waits has had its turn, and keeps no process alive for it. It tells no
 * time, so simulations need none of their own.
 */
export function onNextTurn(run: () => void): void {
  setImmediate(run).unref()
}

/** Waits until everything else of this process that waits has had its turn. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
