/** The key of a version. */
export const versionId = (pipeline: string, hash: string): string => `${pipeline}@${hash}`
