import { Defect, type Json } from '@heddle/core'
import { basename } from 'node:path'
import type { PartitionReader, SourceHost } from '../source.ts'
import { decoderOptions, type FileSettings, formatOf, isPacked } from './file-settings.ts'
import type { FileKin } from './owners.ts'
import { packedFile } from './packed-file.ts'
import { parquetFile } from './parquet-file.ts'
import { textFile } from './text-file.ts'

/** How one file of a source is read. */
export interface ReadFile {
  readonly path: string
  readonly settings: FileSettings
  readonly follow: boolean
  readonly isOver?: () => Promise<boolean>
  readonly kin?: FileKin
  readonly host: SourceHost
}

/** @throws {Defect} InvalidDefinition for a file that is not of text, and is to be followed */
export function checkFollowed(name: string, settings: FileSettings): void {
  const isParquet = formatOf(name, settings) === 'parquet'
  if (settings.follow !== true || (!isPacked(name) && !isParquet)) return
  const reason = `nothing can be added to ${isParquet ? 'Parquet' : 'a compressed file'}, so it cannot be followed`
  throw new Defect('InvalidDefinition', { name: `the file source ${name}`, reason })
}

/** Reads a file as its format says. */
export function openReader(
  { path, settings, follow, isOver, kin, host }: ReadFile,
  position: Json | undefined,
): PartitionReader {
  const { ports, signal } = host
  const name = basename(path)
  if (formatOf(path, settings) === 'parquet') return parquetFile(path, name, host, position)
  const decoder = decoderOptions(path, settings, host)
  if (isPacked(path)) return packedFile(path, name, decoder, position)
  return textFile({ path, name, decoder, follow, isOver, kin, ports, signal }, position)
}
