/** Where the last reader stopped. One for all: readers are synchronous, and a result of two parts would be an object for each value. */
export const cursor = {
  at: 0,
  /** Whether the record that was read is what its type makes of it, so that it need not be checked. */
  isSure: false,
}

/** What a reader answers for bytes that the fast way does not settle, good or bad: the line is read the slow way. */
export const unusual = Symbol('unusual')

/** How many bytes must stand behind a line that is read the fast way, since words are read beyond its end. */
export const padding = 32
