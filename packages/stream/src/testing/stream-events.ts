import type { Key, Weight } from '../record/record.ts'

/** A record, as it goes into an operator or comes out of it. What is usual is left out: weight +1, input 0. */
export interface RecordEvent<Value = unknown> {
  readonly value: Value
  readonly time: number
  readonly key?: Key
  readonly weight?: Weight
  /** From which input it comes; missing for 0. */
  readonly input?: number
  /** On which side output it was told; missing for the main one. */
  readonly side?: string
  readonly id?: string
}

/** Event time has come so far: all records up to this time are there. */
export interface WatermarkEvent {
  readonly watermark: number
}

/** What happens to an operator. */
export type StreamEvent = RecordEvent | WatermarkEvent

/**
 * A record with its event time, for tests of operators.
 *
 * @example record({ origin: 'SFO' }, 9, { weight: -1 })
 */
export const record = <Value>(
  value: Value,
  time: number,
  others: Omit<RecordEvent, 'value' | 'time'> = {},
): RecordEvent<Value> => ({ value, time, ...others })

/** The watermark at a time of events. */
export const watermark = (time: number): WatermarkEvent => ({ watermark: time })

/** Whether an event is a watermark. */
export const isWatermark = (event: StreamEvent): event is WatermarkEvent => 'watermark' in event
