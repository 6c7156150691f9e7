import { Defect } from '@heddle/core'
import type { JwtOptions } from './jwt.ts'

const leastSecretBytes = 32

/** @throws {Defect} InvalidDefinition */
export function assertComplete({ jwks, secret, algorithms = [] }: JwtOptions): void {
  const refuse = (reason: string) => new Defect('InvalidDefinition', { name: 'jwt', reason })
  if ((jwks === undefined) === (secret === undefined)) throw refuse('give jwks or secret, and not both')
  if (algorithms.some((name) => name.toLowerCase() === 'none'))
    throw refuse('a token without a signature proves nothing')
  // Else whoever knows a public key could sign with it as if it were a secret.
  const isMixed = algorithms.some((name) => name.startsWith('HS') !== (secret !== undefined))
  if (isMixed) throw refuse('HS256, HS384 and HS512 belong to a secret, all others to public keys')
  if (secret !== undefined && Buffer.byteLength(secret) < leastSecretBytes) {
    throw refuse(`a secret has at least ${leastSecretBytes} bytes`)
  }
  if (typeof jwks === 'string' && !/^https:\/\/|^http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])[:/]/.test(jwks)) {
    throw refuse('the keys of an issuer are read by https, else whoever is on the way gives others')
  }
}
