/** The codes between which a filter looks: one, or all. */
export const codesOf = (airport: string | undefined) => [airport ?? '', airport ?? 'ZZZZ'] as const

/** The days between which a filter looks. */
export const daysOf = (from = '0000-01-01', to = '9999-12-31') => [from, to] as const
