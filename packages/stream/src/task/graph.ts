import { type FailureJson, isPromise, type Maybe } from '@heddle/core'
import type { SinkRecord } from '../sink/sink.ts'
import { AsyncNode } from './async-node.ts'
import type { Checkpoint } from './checkpoint.ts'
import { Entry } from './entry.ts'
import { OperatorNode, type StepFailure } from './operator-node.ts'
import type { Link, TaskContext, TimedNode, Watermarked } from './receiver.ts'
import { SinkNode } from './sink-node.ts'
import type { TaskSetup } from './task-setup.ts'
import type { OnStepError, Reads, StepSpec } from './task-spec.ts'

/** What the nodes of a task tell it. */
export interface GraphHooks {
  readonly onFailure: (failure: StepFailure, onError: OnStepError, originOf: StepSpec['originOf']) => void
  /** A sink cannot take a record. */
  readonly onRefused: (sink: string, record: SinkRecord, errors: readonly FailureJson[]) => void
  readonly onProgress: () => void
  readonly onMark: () => void
  readonly onFatal: (cause: unknown) => void
}

type Node = OperatorNode | AsyncNode

/** Sinks whose records the checkpoint keeps until they have them. */
export const takesEpochs = new Set(['transactional', 'idempotent'])

/** The nodes of a task, linked. */
export class Graph {
  readonly entries: readonly Entry[]
  readonly nodes: readonly Node[]
  readonly sinks: readonly SinkNode[]
  /** Those that wait for event time, each after those that it reads. */
  readonly timed: readonly TimedNode[]
  readonly #asking: readonly AsyncNode[]
  readonly #stopping: AbortController
  readonly #leaving: AbortController

  constructor(
    entries: readonly Entry[],
    nodes: readonly Node[],
    sinks: readonly SinkNode[],
    stopping: AbortController,
    leaving: AbortController,
  ) {
    this.entries = entries
    this.nodes = nodes
    this.sinks = sinks
    this.#stopping = stopping
    this.#leaving = leaving
    this.#asking = nodes.filter((node) => node instanceof AsyncNode)
    this.timed = nodes.filter(isTimed)
  }

  /** Whether a step takes no more for now. */
  get isFull(): boolean {
    for (const node of this.#asking) if (node.isFull) return true
    return false
  }

  /** Whether no step has anything in hand that a checkpoint would miss. */
  get isIdle(): boolean {
    for (const node of this.#asking) if (!node.isIdle) return false
    return true
  }

  /** Gives the sinks what was gathered; answers once all of them have room. */
  flush(epoch: number): Maybe<void> {
    let waiting: Promise<void>[] | undefined
    for (const sink of this.sinks) {
      const flushed = sink.flush(epoch)
      if (isPromise(flushed)) (waiting ??= []).push(flushed)
    }
    return waiting && (waiting.length === 1 ? waiting[0] : Promise.all(waiting).then(() => undefined))
  }

  /** Whether a sink holds so much that the epoch should end. */
  get wantsCheckpoint(): boolean {
    for (const { open } of this.sinks) if (open.isFull?.() === true) return true
    return false
  }

  /** The earliest moment for which a step has set a timer. */
  get due(): number {
    let due = Infinity
    for (const node of this.nodes) {
      if (node instanceof OperatorNode && node.state !== undefined && node.state.firstTimer < due)
        due = node.state.firstTimer
    }
    return due
  }

  restore(checkpoint: Checkpoint | undefined): void {
    for (const node of this.nodes) {
      const watermark = checkpoint?.watermarks[node.step]
      if (watermark !== undefined) node.watermark = watermark
    }
  }

  watermarks(): Record<string, number> {
    const held = this.nodes.filter(({ watermark }) => Number.isFinite(watermark))
    return Object.fromEntries(held.map(({ step, watermark }) => [step, watermark]))
  }

  /**
   * Lets go of what is on its way into sinks, e.g. of one whose server is away. Sources are not told: one that ends where it is
   * told so would seem to be at its end.
   */
  abort(): void {
    this.#leaving.abort()
  }

  async close(): Promise<void> {
    this.#stopping.abort()
    this.#leaving.abort()
    for (const { open } of this.entries) await open.close()
    for (const { open } of this.sinks) await open.close()
  }
}

/** A step without state or timers needs no watermark of its own: those behind it wait for those before it. */
const isTimed = (node: Node): boolean =>
  node instanceof AsyncNode || node.state !== undefined || (node.operator.inputs ?? 1) > 1

/** Opens sources and sinks and links the nodes of a task. */
export async function openGraph(setup: TaskSetup, context: TaskContext, hooks: GraphHooks): Promise<Graph> {
  const { spec, ports, app, root, folder, state, tenant, generation = 1 } = setup
  const stopping = new AbortController()
  const { signal } = stopping
  const leaving = new AbortController()
  const nodes = new Map<string, Node>()
  const entries: Entry[] = []
  const sinks: SinkNode[] = []
  const graph = () => new Graph(entries, [...nodes.values()], sinks, stopping, leaving)
  try {
    for (const step of spec.steps) nodes.set(step.id, makeNode(step, setup, context, hooks, signal))
    for (const source of spec.sources) {
      const { schema, needed, decode } = source
      const host = {
        job: spec.job,
        name: source.name,
        ports,
        app,
        root,
        folder,
        schema,
        needed,
        decode,
        tenant,
        signal,
      }
      entries.push(new Entry(source, await source.source.open(host)))
    }
    for (const { name, sink, schema, notFinite } of spec.sinks) {
      const refuse = (record: SinkRecord, errors: readonly FailureJson[]) => hooks.onRefused(name, record, errors)
      const open = await sink.open({
        job: spec.job,
        name,
        ports,
        app,
        root,
        folder,
        schema,
        tenant,
        generation,
        signal: leaving.signal,
        refuse,
      })
      const outbox = takesEpochs.has(sink.delivery) ? state.outbox : undefined
      sinks.push(new SinkNode(name, sink, open, context, outbox, { job: spec.job, notFinite, refuse }))
    }
  } catch (thrown) {
    await graph().close()
    throw thrown
  }
  link(setup, nodes, entries, sinks)
  return graph()
}

function makeNode(
  { id, run, onError, originOf }: StepSpec,
  { state }: TaskSetup,
  context: TaskContext,
  hooks: GraphHooks,
  signal: AbortSignal,
): Node {
  const onFailure = (failure: StepFailure) => hooks.onFailure(failure, onError, originOf)
  if ('asks' in run) {
    const { onProgress, onMark, onFatal } = hooks
    return new AsyncNode({ id, asks: run.asks, context, signal, onFailure, onProgress, onMark, onFatal })
  }
  const { operator } = run
  const cells = operator.state ?? (operator.onTimer ? {} : undefined)
  return new OperatorNode({ step: id, operator, context, state: cells && state.step(id, cells), onFailure })
}

function link(
  { spec }: TaskSetup,
  nodes: ReadonlyMap<string, Node>,
  entries: readonly Entry[],
  sinks: readonly SinkNode[],
) {
  const linksOf = ({ name, side }: Reads): Link[] => {
    const entry = entries.find((one) => one.name === name)
    if (entry) return entry.links
    const node = nodes.get(name)!
    if (side === undefined) return node.links
    const { sides } = node as OperatorNode
    if (!sides.has(side)) sides.set(side, [])
    return sides.get(side)!
  }
  /** The nearest nodes before it that hold a watermark of their own. */
  const marksOf = ({ name }: Reads): Watermarked[] => {
    const entry = entries.find((one) => one.name === name)
    if (entry) return [entry]
    const node = nodes.get(name)!
    return isTimed(node) ? [node] : node.upstream
  }
  for (const { id, from } of spec.steps) {
    const to = nodes.get(id)!
    for (const [input, reads] of from.entries()) {
      for (const read of reads) {
        linksOf(read).push({ to, input })
        for (const mark of marksOf(read)) if (!to.upstream.includes(mark)) to.upstream.push(mark)
      }
    }
  }
  for (const node of nodes.values()) {
    if (node instanceof OperatorNode) node.isDirect = node.upstream.every((mark) => mark instanceof Entry)
  }
  for (const [index, { from }] of spec.sinks.entries()) linksOf(from).push({ to: sinks[index]!, input: 0 })
}
