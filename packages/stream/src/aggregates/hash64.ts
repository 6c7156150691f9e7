/**
 * Two numbers of 32 bits for a text, after MurmurHash3 (A. Appleby): its UTF-16 units, two at a time, go into two lanes with
 * other constants, and each is mixed at the end.
 */
export function hash64(text: string): readonly [high: number, low: number] {
  let [high, low] = [0x9747b28c | 0, 0x1b873593]
  for (let at = 0; at < text.length; at += 2) {
    // Past the end is NaN, which is 0 here; the length tells such texts apart.
    let unit = text.charCodeAt(at) | (text.charCodeAt(at + 1) << 16)
    unit = Math.imul(unit, 0xcc9e2d51)
    unit = Math.imul((unit << 15) | (unit >>> 17), 0x1b873593)
    high ^= unit
    high = (Math.imul((high << 13) | (high >>> 19), 5) + 0xe6546b64) | 0
    low = Math.imul(low ^ unit, 0x85ebca6b)
    low = (Math.imul((low << 17) | (low >>> 15), 9) + 0x38b34ae5) | 0
  }
  return [finished(high ^ text.length), finished(low ^ text.length)]
}

function finished(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}
