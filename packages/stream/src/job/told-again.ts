import type { Delivery, Sink, ToldAgain } from '../sink/sink.ts'
import type { SinkSpec } from '../task/task-spec.ts'

const usual: Readonly<Record<Delivery, ToldAgain>> = {
  plain: 'twice',
  // Epochs are never numbered twice: what is told again is of an epoch that it does not have.
  transactional: 'twice',
  idempotent: 'byName',
  staged: 'replaced',
  unit: 'replaced',
}

/** What a sink makes of records that are told again after its job was put back to an earlier checkpoint. */
export const toldAgainBy = ({ toldAgain, delivery, provisional }: Sink): ToldAgain =>
  toldAgain ?? (provisional === true ? 'replaced' : usual[delivery])

/** The sinks that get records again, and what they make of them. */
export const sinksToldAgain = (sinks: readonly SinkSpec[]) =>
  sinks.flatMap(({ name, sink }) => {
    const how = toldAgainBy(sink)
    return how === 'replaced' ? [] : [{ sink: name, kind: sink.kind, how }]
  })
