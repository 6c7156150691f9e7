/** `&&` of three values: false wins over unknown. */
export const and = (left: unknown, right: unknown): boolean | null =>
  left === false || right === false ? false : left === true && right === true ? true : null

/** `||` of three values: true wins over unknown. */
export const or = (left: unknown, right: unknown): boolean | null =>
  left === true || right === true ? true : left === false && right === false ? false : null

/** `!`. */
export const not = (value: unknown): boolean | null => (typeof value === 'boolean' ? !value : null)
