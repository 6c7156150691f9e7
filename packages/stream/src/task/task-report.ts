import { AsyncNode } from './async-node.ts'
import { OperatorNode } from './operator-node.ts'
import { reached } from './reached.ts'
import type { Watermarked } from './receiver.ts'
import type { MadeCheckpoint } from './task-setup.ts'
import type { Task } from './task.ts'

/** How far behind a partition is. */
export type Lag = Readonly<{ records?: number; bytes?: number; ms?: number }>

/** A partition of a source, as it is told. */
export interface PartitionReport {
  readonly partition: string
  /** How many records were read of it since its beginning. */
  readonly offset: number
  readonly watermark: number
  readonly isIdle: boolean
  readonly ended: boolean
  readonly lag?: Lag
}

/** A source of a task, as it is told. */
export interface SourceReport {
  readonly name: string
  readonly received: number
  readonly unread: number
  readonly watermark: number
  /** Nobody waits for it: nothing was heard of it for too long. */
  readonly isSilent: boolean
  readonly partitions: readonly PartitionReport[]
}

/** A step of a task, as it is told. */
export interface StepReport {
  readonly step: string
  readonly received: number
  readonly emitted: number
  readonly failed: number
  readonly late: number
  readonly watermark: number
  /** Of a step behind several sources or steps: the one whose watermark holds it back while others are ahead. */
  readonly heldBy?: string
  /** In hand or waiting; missing for a step that does not ask. */
  readonly queued?: number
  /** It asks, and takes no more for now. */
  readonly isFull: boolean
  /** Missing for a step without state. */
  readonly state?: { readonly keys: number; readonly memoryBytes: number }
}

/** How a task is doing: plain data, so that it may come from another thread. */
export interface TaskReport {
  readonly sources: readonly SourceReport[]
  readonly steps: readonly StepReport[]
  readonly sinks: readonly { readonly name: string; readonly received: number }[]
  /** Dead letters since it began. */
  readonly letters: number
  readonly isWaitingForSink: boolean
  /** A sink that takes what a checkpoint keeps for it, and since when, in milliseconds since 1970. */
  readonly delivering?: { readonly sink: string; readonly since: number }
  readonly lastCheckpoint: MadeCheckpoint | undefined
}

/** How a task of this thread is doing. */
export function reportOf({ graph, letters, isWaitingForSink, checkpoints }: Task): TaskReport {
  return {
    sources: graph.entries.map(({ name, received, unread, watermark, isSilent, lanes }) => ({
      name,
      received,
      unread,
      watermark,
      isSilent,
      partitions: lanes.map(({ partition, offset, watermark: own, isIdle, ended, reader }) => {
        const lag = reader.lag?.()
        return { partition, offset, watermark: own, isIdle, ended, ...(lag && { lag }) }
      }),
    })),
    steps: graph.nodes.map((node) => {
      const { step, received, emitted, failed } = node
      const { watermark } = markOf(node)
      const heldBy = slowestOf(node)
      const counted = { step, received, emitted, failed, watermark, ...(heldBy !== undefined && { heldBy }) }
      if (node instanceof AsyncNode) return { ...counted, late: 0, queued: node.queued, isFull: node.isFull }
      const size = node.state?.size()
      return { ...counted, late: node.lateRecords, isFull: false, ...(size && { state: size }) }
    }),
    sinks: graph.sinks.map(({ name, received }) => ({ name, received })),
    letters: letters.count,
    isWaitingForSink,
    ...(checkpoints.delivering && { delivering: checkpoints.delivering }),
    lastCheckpoint: checkpoints.last,
  }
}

/** Where a node is: it takes notice of a watermark only where there is something to do, or records are in its hands. */
function markOf(node: Watermarked): Watermarked {
  const isWaiting = node instanceof AsyncNode && node.queued > 0
  if (isWaiting || !(node instanceof AsyncNode || node instanceof OperatorNode)) return node
  const watermark = Math.max(node.watermark, reached(node.upstream.map(markOf)))
  return { name: node.name, isSilent: node.isSilent, watermark, lift() {} }
}

/** Whom a node waits for while others that may still say something are ahead. */
function slowestOf({ upstream }: Task['graph']['nodes'][number]): string | undefined {
  const heard = upstream.map(markOf).filter(({ isSilent, watermark }) => !isSilent && watermark < Infinity)
  const [slowest, next] = heard.toSorted((one, other) => one.watermark - other.watermark)
  return slowest && next && slowest.watermark < next.watermark ? slowest.name : undefined
}
