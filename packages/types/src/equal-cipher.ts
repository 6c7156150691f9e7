import { hkdfSync } from 'node:crypto'
import type * as Aes from '@noble/ciphers/aes.js'
import { Defect, type EncryptionKey, type Keys } from '@heddle/core'
import { library } from './library.ts'

/*
 * A text as `s1.<key id>.<Base64url>`: AES-256-SIV (RFC 5297), whose nonce is made from the text itself. The key for it
 * is derived from the ring's by HKDF (RFC 5869), so that one ring serves both ciphers. Version, key id and place are
 * authenticated with the text.
 */
const aes = library<typeof Aes>('@noble/ciphers/aes.js')
const derived = new WeakMap<EncryptionKey, Uint8Array>()

/** Encrypts with the current key: equal texts of one place become equal. */
export function encryptEqual(keys: Keys, text: string, place: string): string {
  const key = keys.current()
  const sealed = cipher(key, place).encrypt(Buffer.from(text, 'utf8'))
  return `s1.${key.id}.${Buffer.from(sealed).toString('base64url')}`
}

/**
 * Reads what `encryptEqual` wrote.
 *
 * @throws {Defect} Undecryptable
 */
export function decryptEqual(keys: Keys, text: string, place: string): string {
  const [, id, body = ''] = shape.exec(text) ?? []
  const refuse = (reason: string, cause?: unknown) => new Defect('Undecryptable', { place, reason }, { cause })
  if (id === undefined) throw refuse('it is no encrypted text')
  const key = keys.get(id)
  if (!key) throw refuse(`there is no key with the id "${id}"`)
  try {
    return Buffer.from(cipher(key, place).decrypt(Buffer.from(body, 'base64url'))).toString('utf8')
  } catch (cause) {
    throw refuse('it was changed, belongs to another place, or was encrypted with another key of this id', cause)
  }
}

/** Whether a text was encrypted for this place with a key of the ring. */
export function isEncryptedEqual(keys: Keys, text: string, place: string): boolean {
  if (!shape.test(text)) return false
  try {
    return decryptEqual(keys, text, place) !== undefined
  } catch {
    return false
  }
}

const shape = /^s1\.([A-Za-z0-9_-]{1,32})\.([A-Za-z0-9_-]{22,})$/

function cipher(key: EncryptionKey, place: string) {
  let bytes = derived.get(key)
  if (!bytes) derived.set(key, (bytes = new Uint8Array(hkdfSync('sha512', key.bytes, '', 'heddle s1 aes-siv', 64))))
  return aes().aessiv(bytes, Buffer.from(`s1.${key.id}.${place}`, 'utf8'))
}
