import type { Port } from '@heddle/core'

/** A repository of a system table, which exists before the app's entities do: it brings no part of the app along. */
export const systemRepository = <Service>(repository: Port<Service>): Port<Service> => ({
  ...repository,
  part: undefined,
})
