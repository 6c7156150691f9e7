import { randomFillSync } from 'node:crypto'

/** Where randomness comes from. */
export interface Random {
  /** At least 0, below 1. */
  next(): number
  /** Unpredictable bytes in production, seeded ones in simulation. */
  bytes(length: number): Uint8Array
}

/** Bytes that are drawn at once: a draw costs more than what it gives. Each is handed out once and then forgotten. */
const pool = new Uint8Array(4096)
let used = pool.length

function systemBytes(length: number): Uint8Array {
  if (length > pool.length) return randomFillSync(new Uint8Array(length))
  if (used + length > pool.length) {
    randomFillSync(pool)
    used = 0
  }
  const bytes = pool.slice(used, used + length)
  pool.fill(0, used, (used += length))
  return bytes
}

/** The machine's randomness. */
export const systemRandom: Random = {
  next: () => Math.random(),
  bytes: systemBytes,
}

/**
 * Randomness from a seed: the same seed gives the same sequence. The generator is mulberry32, 32 bits of state; it is
 * for simulation and tests, never for secrets.
 */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  const next32 = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
  return {
    next: () => next32() / 2 ** 32,
    bytes: (length) => Uint8Array.from({ length }, () => next32() & 0xff),
  }
}
