import { createCipheriv, createDecipheriv } from 'node:crypto'
import { Defect } from '../error/defect.ts'
import type { Keys } from '../ports/keys.ts'
import type { Random } from '../ports/random.ts'

/*
 * An encrypted text is `v1.<key id>.<Base64url of nonce, ciphertext and tag>`: AES-256-GCM (NIST SP 800-38D) with a
 * random nonce of 96 bits. The key's id and the place for which the text was encrypted are authenticated, so that a text
 * cannot be moved to another place or be said to be of another key. One key is good for 2^32 texts; rotate before.
 */
const version = 'v1'
const nonceBytes = 12
const tagBytes = 16

/**
 * Encrypts a text with the current key. The same text gives another result each time.
 *
 * @param place for what it is encrypted, e.g. `history/input`; decrypting asks for the same
 * @throws {Defect} InvalidConfig, when there are no keys
 */
export function encryptText(keys: Keys, random: Random, text: string, place: string): string {
  const { id, bytes } = keys.current()
  const nonce = random.bytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', bytes, nonce, { authTagLength: tagBytes })
  cipher.setAAD(header(id, place))
  const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
  return `${version}.${id}.${sealed.toString('base64url')}`
}

/**
 * Reads what `encryptText` wrote, with whichever key of the ring encrypted it.
 *
 * @throws {Defect} Undecryptable, when the key is not in the ring, or the text was changed or belongs to another place
 */
export function decryptText(keys: Keys, text: string, place: string): string {
  const id = keyIdOf(text)
  const key = id === undefined ? undefined : keys.get(id)
  if (id === undefined) throw new Defect('Undecryptable', { place, reason: 'it is no encrypted text' })
  if (!key) throw new Defect('Undecryptable', { place, reason: `there is no key with the id "${id}"` })
  const sealed = Buffer.from(text.slice(text.lastIndexOf('.') + 1), 'base64url')
  const end = sealed.length - tagBytes
  try {
    const decipher = createDecipheriv('aes-256-gcm', key.bytes, sealed.subarray(0, nonceBytes), {
      authTagLength: tagBytes,
    })
    decipher.setAAD(header(id, place))
    decipher.setAuthTag(sealed.subarray(end))
    return Buffer.concat([decipher.update(sealed.subarray(nonceBytes, end)), decipher.final()]).toString('utf8')
  } catch (cause) {
    const reason = 'it was changed, belongs to another place, or was encrypted with another key of this id'
    throw new Defect('Undecryptable', { place, reason }, { cause })
  }
}

/** The id of the key that encrypted a text; nothing for another text. Tells what has to be encrypted anew. */
export function keyIdOf(text: string): string | undefined {
  return /^v1\.([A-Za-z0-9_-]{1,32})\.[A-Za-z0-9_-]{38,}$/.exec(text)?.[1]
}

const header = (id: string, place: string) => Buffer.from(`${version}.${id}.${place}`, 'utf8')
