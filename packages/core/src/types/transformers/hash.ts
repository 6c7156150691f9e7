import { createHash, createHmac } from 'node:crypto'
import { z } from 'zod'
import { transformer } from '../declare.ts'

/** Replaces a text by its hash, e.g. so that equal values can be found without keeping them. Guessable values (names, telephone numbers) need a `key` that is kept secret. */
export const hash = transformer('hash', {
  summary: 'Replaces a text by its hash; with a secret key, by its HMAC.',
  tags: ['sha', 'digest', 'fingerprint', 'hmac'],
  args: z.object({
    algorithm: z.enum(['sha256', 'sha384', 'sha512']).default('sha256').describe('the hash function'),
    encoding: z.enum(['hex', 'base64', 'base64url']).default('hex').describe('how the hash is written'),
    key: z.string().min(16).optional().describe('a secret, so that nobody else can guess the text'),
  }),
  make: ({ algorithm, encoding, key }) =>
    z.overwrite<string>((text) => {
      const hash = key === undefined ? createHash(algorithm) : createHmac(algorithm, key)
      return hash.update(text, 'utf8').digest(encoding)
    }),
  examples: [
    { turns: [['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad']] },
    {
      args: { key: 'a key of 16 signs', encoding: 'base64url' },
      turns: [['what do ya want for nothing?', 'HfgOmT3j1NvoK9INi9jbCuZfasIYyinFntZMSt3kxMo']],
    },
  ],
})
