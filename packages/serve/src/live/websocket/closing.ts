/** The codes with which a server closes connections (RFC 6455, 7.4), and why. */
export const closing = {
  /** The server stops, and has ended what ran. */
  goingAway: 1001,
  /** Who connected is no longer who it was, or may not be here any more. From the range that is free for apps. */
  revoked: 4401,
} as const
