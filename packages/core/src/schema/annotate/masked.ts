/** What stands where a marked value was. It says nothing of the value, not even how long it is. */
export const masked = '•••'
