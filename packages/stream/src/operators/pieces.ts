import { z } from 'zod'
import { map, type MapCell } from '../state/cells.ts'

/** So many items are written again where one is added. */
const chunkSize = 64

/**
 * The cells of lists that grow: the items in chunks, so that a checkpoint does not write a long list anew for each item
 * that is added, and how long a list is that has several.
 *
 * @example state: { ...pieceCells('left', kept), ...pieceCells('right', kept) }
 */
export const pieceCells = <Name extends string, Item extends z.ZodType>(name: Name, item: Item) =>
  ({ [name]: map(z.array(item)), [`${name}Size`]: map(z.int()) }) as {
    readonly [Cell in Name]: { readonly cell: 'map'; readonly schema: z.ZodArray<Item> }
  } & { readonly [Cell in `${Name}Size`]: { readonly cell: 'map'; readonly schema: z.ZodInt } }

/** Lists of the key at work, by a number. */
export interface Pieces<Item> {
  readonly chunks: MapCell<Item[]>
  readonly sizes: MapCell<number>
}

/** The first chunk has the number of its list alone, so that a short list needs neither a text nor a size. */
const nameOf = (piece: number, chunk: number): string | number => (chunk === 0 ? piece : `${piece}/${chunk}`)

const sizeOf = <Item>({ chunks, sizes }: Pieces<Item>, piece: number): number => {
  const first = chunks.get(piece)?.length ?? 0
  return first < chunkSize ? first : (sizes.get(piece) ?? first)
}

/** Adds an item to a list, and says whether it is the first. */
export function addTo<Item>(pieces: Pieces<Item>, piece: number, item: Item): boolean {
  const { chunks, sizes } = pieces
  const size = sizeOf(pieces, piece)
  const name = nameOf(piece, Math.floor(size / chunkSize))
  if (size % chunkSize === 0) chunks.set(name, [item])
  else {
    chunks.get(name)!.push(item)
    chunks.touch(name)
  }
  if (size >= chunkSize) sizes.set(piece, size + 1)
  return size === 0
}

/** Calls back for each item of a list; where that answers true, the item was changed in place. */
export function eachOf<Item>(pieces: Pieces<Item>, piece: number, visit: (item: Item) => boolean | void): void {
  const size = sizeOf(pieces, piece)
  for (let chunk = 0; chunk * chunkSize < size; chunk += 1) {
    const name = nameOf(piece, chunk)
    let isChanged = false
    for (const item of pieces.chunks.get(name)!) if (visit(item) === true) isChanged = true
    if (isChanged) pieces.chunks.touch(name)
  }
}

/** The items of a list, in the order in which they were added. */
export function allOf<Item>(pieces: Pieces<Item>, piece: number): Item[] {
  const items: Item[] = []
  eachOf(pieces, piece, (item) => void items.push(item))
  return items
}

/** Removes a list. */
export function dropPiece<Item>(pieces: Pieces<Item>, piece: number): void {
  const size = sizeOf(pieces, piece)
  for (let chunk = 0; chunk * chunkSize < size; chunk += 1) pieces.chunks.delete(nameOf(piece, chunk))
  if (size > chunkSize) pieces.sizes.delete(piece)
}

/** The lists of the left side of a join. */
export const leftOf = <Item>(cells: {
  readonly left: MapCell<Item[]>
  readonly leftSize: MapCell<number>
}): Pieces<Item> => ({
  chunks: cells.left,
  sizes: cells.leftSize,
})

/** The lists of the right side of a join. */
export const rightOf = <Item>(cells: {
  readonly right: MapCell<Item[]>
  readonly rightSize: MapCell<number>
}): Pieces<Item> => ({ chunks: cells.right, sizes: cells.rightSize })
