/**
 * What the idempotency keys of calls begin with. A job that was reset reads its sources anew: its calls are others than
 * those before, so that what was answered then does not stand for them.
 */
export const callPlace = (job: string, name: string, generation = 1): string =>
  generation === 1 ? `${job}/${name}` : `${job}~${generation}/${name}`
