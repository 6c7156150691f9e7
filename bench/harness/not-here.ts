/** Thrown by a contender's `open`: this machine cannot have it. Its cases are skipped, which is no failure. */
export class NotHere extends Error {}
