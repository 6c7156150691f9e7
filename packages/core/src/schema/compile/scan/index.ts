/** A function that gives the same verdict as a regular expression, in less time. */
export type Scanner = (text: string) => boolean

export const scannerFor = (_pattern: RegExp): Scanner | undefined => undefined
