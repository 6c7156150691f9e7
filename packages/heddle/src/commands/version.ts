import own from '../../package.json' with { type: 'json' }

/** The version of Heddle. */
export const version: string = own.version
