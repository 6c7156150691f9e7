import type { Source } from '@heddle/stream'
import { chunksOf, recordCount, saleBytes } from '../json-window/records.ts'
import { SaleReader } from '../json-window/sale-reader.ts'
import { onePartition } from '../one-partition.ts'

/** How much of event time passes between two sales. */
export const apartMs = 3
/** In an order that comes by each key once before it comes by one again, and by no neighbours. */
const step = 7_368_787

/** Sales that come for as long as they are asked for, decoded from bytes as from a file. */
export interface SalesSource {
  readonly source: Source
  /** Lets so many more be read. */
  allow(count: number): void
  /** Says when all that were allowed have gone through the steps. */
  read(): Promise<void>
}

/**
 * The same sales again and again, each time later.
 *
 * @param keys how many users there are, where not those of the sales
 */
export function salesSource(keys?: number): SalesSource {
  const chunks = chunksOf(saleBytes())
  const users = keys === undefined ? [] : Array.from({ length: keys }, (_, index) => `user-${index}`)
  let allowed = 0
  let given = 0
  let go = () => {}
  let end = () => {}
  let allRead = () => {}
  const source = onePartition('sales', false, () => {
    const reader = new SaleReader(chunks, 'needed')
    let [pass, user] = [0, 0]
    const next = (max: number): readonly { at: number; user: string }[] => {
      for (;;) {
        const values = reader.next(max) as { at: number; user: string }[] | undefined
        if (values !== undefined) return values
        reader.again()
        pass++
      }
    }
    const batch = (max: number) => {
      const values = next(Math.min(max, allowed - given))
      for (const value of values) {
        value.at += pass * recordCount * apartMs
        if (keys === undefined) continue
        value.user = users[user]!
        user = (user + step) % keys
      }
      given += values.length
      return { values, position: given }
    }
    return {
      read(max) {
        if (given < allowed) return batch(max)
        // Who asks for more has worked on all of them.
        allRead()
        return new Promise<ReturnType<typeof batch> | undefined>((resolve) => {
          go = () => resolve(batch(max))
          end = () => resolve(undefined)
        })
      },
      close: () => end(),
    }
  })
  return {
    source,
    allow(count) {
      allowed += count
      go()
    },
    read: () =>
      new Promise((resolve) => {
        allRead = () => given === allowed && resolve()
      }),
  }
}

/** After so many sales nearly every user has a large one, and all code is compiled. */
export const untilAllAre = (keys: number): number => Math.max(1_000_000, 4 * keys)
