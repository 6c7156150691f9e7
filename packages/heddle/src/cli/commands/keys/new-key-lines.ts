/** A key that was just made, as JSON. */
export type NewKey = { readonly id: string; readonly key: string; readonly principal: string; readonly endsAt?: string }

/** A new key for people: the key alone on its line, to be copied. */
export const newKeyLines = ({ id, key, principal, endsAt }: NewKey): string[] => [
  key,
  '',
  `This is the key ${id} of ${principal}, valid ${endsAt === undefined ? 'until it is revoked' : `until ${endsAt}`}.`,
  'It is shown now and never again: nobody can read it back from the database.',
]
