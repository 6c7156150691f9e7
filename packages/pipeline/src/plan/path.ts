/** The way to a place in a plan, e.g. `['steps', 2, 'when', 'then', 0, 'if']`. */
export type PlanPath = readonly (string | number)[]
