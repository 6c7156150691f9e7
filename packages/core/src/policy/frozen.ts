/** Freezes JSON through and through, so that callers who share it cannot change it for each other. */
export function frozen<Value>(json: Value): Value {
  if (typeof json !== 'object' || json === null || Object.isFrozen(json)) return json
  for (const part of Object.values(json)) frozen(part)
  return Object.freeze(json)
}
