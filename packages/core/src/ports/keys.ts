import { Defect } from '../error/defect.ts'

/** A secret key of 256 bits, with the id by which what it encrypted names it. */
export interface EncryptionKey {
  readonly id: string
  readonly bytes: Uint8Array
}

/** The keys that encrypt what is kept. One of them is current; the others only read what they once encrypted. */
export interface Keys {
  /** @throws {Defect} InvalidConfig, when the app was given no keys */
  current(): EncryptionKey
  get(id: string): EncryptionKey | undefined
}

/** How long a key is. */
export const keyBytes = 32

const shape = `HEDDLE_KEYS is written as <id>:<${keyBytes} bytes in Base64>, several apart by commas, the current one first`

/**
 * A ring of keys; the first one is current. To rotate, put a new key in front and keep the old ones until nothing is
 * encrypted with them any more.
 *
 * @throws {Defect} InvalidConfig
 * @example keyRing([{ id: '2027', bytes: newKey }, { id: '2026', bytes: oldKey }])
 */
export function keyRing(keys: readonly EncryptionKey[]): Keys {
  const byId = new Map<string, EncryptionKey>()
  for (const key of keys) {
    const refuse = (reason: string) =>
      new Defect('InvalidConfig', { reason: `the key "${key.id}" ${reason}; ${shape}` })
    if (!/^[A-Za-z0-9_-]{1,32}$/.test(key.id)) throw refuse('has an id with other signs than letters, digits, _ and -')
    if (key.bytes.length !== keyBytes) throw refuse(`has ${key.bytes.length} bytes`)
    if (byId.has(key.id)) throw refuse('stands twice')
    byId.set(key.id, key)
  }
  const [current] = keys
  if (!current) throw new Defect('InvalidConfig', { reason: `there is no key; ${shape}` })
  return { current: () => current, get: (id) => byId.get(id) }
}

/**
 * Reads the keys of an environment. A missing variable is no error until something must be encrypted: keys are never
 * made up, because what they encrypt could not be read after the next start.
 *
 * @throws {Defect} InvalidConfig, at once for a broken variable
 */
export function environmentKeys({ HEDDLE_KEYS: text }: Readonly<Record<string, string | undefined>>): Keys {
  if (text === undefined || text.trim() === '') return noKeys
  const keys = text.split(',').map((entry) => {
    const [, id = '', base64 = ''] = /^\s*([^:]*):(.*?)\s*$/s.exec(entry) ?? []
    return { id, bytes: Uint8Array.from(Buffer.from(base64, 'base64')) }
  })
  return keyRing(keys)
}

/** Whether there is a key to encrypt with. */
export function hasKeys(keys: Keys): boolean {
  try {
    keys.current()
    return true
  } catch {
    return false
  }
}

/** No keys: nothing can be encrypted, and asking for the current key says what to do. */
export const noKeys: Keys = {
  current() {
    throw new Defect('InvalidConfig', { reason: `something must be encrypted and there are no keys; ${shape}` })
  },
  get: () => undefined,
}
