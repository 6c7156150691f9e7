/**
 * Stands between a port and those who call it: in simulation it delays calls and makes them fail. Methods of an
 * intercepted port may answer with a promise where they answered at once before. Undefined in production.
 */
export type Intercept = <P extends object>(name: string, port: P) => P
