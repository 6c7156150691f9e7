import { useCallback, useInsertionEffect, useRef } from 'react'

/** A function that stays the same and does what the newest one does. For what is called after rendering. */
export function useLatest<Parts extends readonly unknown[], Result>(
  run: (...parts: Parts) => Result,
): (...parts: Parts) => Result {
  const newest = useRef(run)
  useInsertionEffect(() => {
    newest.current = run
  })
  return useCallback((...parts: Parts) => newest.current(...parts), [])
}
