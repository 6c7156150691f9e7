/** How many runs one process works on at a time (limit `runs.active`); those that wait do not count. */
export const activeLimit = 1000
/** How many runs that wait are kept in memory, so that they go on without a replay (limit `runs.resting`). */
export const restingLimit = 5000
/** How often a process may die with a run that gets no further (limit `runs.deaths`). */
export const deathLimit = 3
/** How long to wait before a run is let go that could not be, in milliseconds. */
export const retryMs = 5000
/** How long a worker may be silent before others go on with its runs, in milliseconds (limit `runs.lease`). */
export const usualLeaseMs = 15_000
