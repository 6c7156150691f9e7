import { mayGenerateCode } from '@heddle/core'

type Maker = (bytes: Buffer, at: number) => string

/** Longer texts are made by the runtime. */
const longest = 16
/** By length; each is made when it is needed first. */
const makers: Maker[] = []

/**
 * A short ASCII text out of bytes. A call into the runtime costs as much as making three short strings of their codes,
 * and a part of a longer string would keep that one in memory.
 */
export function makeText(bytes: Buffer, at: number, length: number): string {
  if (length > longest) return bytes.toString('latin1', at, at + length)
  return (makers[length] ??= makerOf(length))(bytes, at)
}

/** A function that names as many codes as there are, because to hand over a list of them costs more than the rest. */
function makerOf(length: number): Maker {
  if (!mayGenerateCode()) return (bytes, at) => bytes.toString('latin1', at, at + length)
  const codes = Array.from({ length }, (_, index) => `bytes[at + ${index}]`)
  // oxlint-disable-next-line no-new-func -- made of numbers
  const make = new Function('of', `"use strict"; return (bytes, at) => of(${codes.join(', ')})`)
  return make(String.fromCharCode) as Maker
}
