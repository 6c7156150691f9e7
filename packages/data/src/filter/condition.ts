import type { Value } from '../database/table.ts'

/** How a column is compared. `prefix` is for text. */
export type Comparator = 'eq' | 'lt' | 'lte' | 'gt' | 'gte' | 'prefix'

/**
 * A filter on stored values. It has two interpreters, SQL in the drivers and JavaScript in `matches`, which a property
 * test holds together. It is two-valued: a comparison with a missing value is false, and `not` is the complement.
 * Text is compared by code point, false comes before true.
 */
export type Condition =
  | { readonly kind: 'compare'; readonly column: string; readonly by: Comparator; readonly value: NonNullable<Value> }
  | { readonly kind: 'missing'; readonly column: string }
  | { readonly kind: 'in'; readonly column: string; readonly values: readonly NonNullable<Value>[] }
  | { readonly kind: 'and' | 'or'; readonly conditions: readonly Condition[] }
  | { readonly kind: 'not'; readonly condition: Condition }
