import type { ByteRange } from '@heddle/core'
import type { Write } from '../database/database.ts'

/** A content that has arrived whole and that nobody can find yet. */
export interface ReceivedContent {
  readonly sha256: string
  readonly sizeBytes: number
  /** What the driver will call it. */
  readonly content: string
  /** Puts it in its place, durably. Once more does no harm. */
  keep(): Promise<void>
  /** Throws it away. */
  drop(): Promise<void>
  /** What is written with the commit that makes it found. */
  settling(): Promise<readonly Write[]>
}

/** Where bytes lie: files, or rows of the database. Who refers to them is kept in the database in either case. */
export interface BlobContents {
  /** Takes bytes in as fast as they can be stored; durable when it resolves. */
  receive(tenant: string, chunks: AsyncIterable<Uint8Array>): Promise<ReceivedContent>
  open(tenant: string, content: string, range?: ByteRange): AsyncIterable<Uint8Array>
  /** What is written when another content takes the place of one that may still arrive: collection finds it by this. */
  disown(content: string, at: Date): readonly Write[]
  /** Once more does no harm. */
  remove(tenant: string, content: string): Promise<void>
}
