/** What a plan becomes: an answer at once, a durable run, or a job that reads a source. */
export type Mode = 'command' | 'workflow' | 'job'

/** Every mode, in the order of tables. */
export const modes: readonly Mode[] = ['command', 'workflow', 'job']
