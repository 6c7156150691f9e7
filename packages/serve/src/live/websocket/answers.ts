import type { AnyFailure, Progress } from '@heddle/core'
import { failureJson } from '../../http/problem.ts'
import type { FrameId } from './frame.ts'

/** A list with a thousand wrong elements is not answered with a thousand errors. */
const mostErrors = 100

/** The frames that a server sends about one id. */
export const answers = {
  item: (id: FrameId, json: string): string => `{"id":${JSON.stringify(id)},"item":${json}}`,
  progress: (id: FrameId, progress: Progress): string =>
    `{"id":${JSON.stringify(id)},"progress":${JSON.stringify(progress)}}`,
  /** @param json nothing for a command that gives nothing */
  value: (id: FrameId, json: string | undefined): string => `{"id":${JSON.stringify(id)},"value":${json ?? 'null'}}`,
  /** What a subscription tells. @param at where to go on after it */
  told: (id: FrameId, at: string, kind: 'value' | 'event' | 'behind', json: string): string =>
    `{"id":${JSON.stringify(id)},"at":${JSON.stringify(at)},"${kind}":${json}}`,
  /** Where to go on, also where nothing was told. */
  position: (id: FrameId, at: string): string =>
    `{"id":${JSON.stringify(id)},"at":${JSON.stringify(at)},"position":true}`,
  errors: (id: FrameId, errors: readonly AnyFailure[], isOperator = false, at?: string): string =>
    `{"id":${JSON.stringify(id)},${at === undefined ? '' : `"at":${JSON.stringify(at)},`}${errorsText(errors, isOperator)}}`,
  /** In answer to a frame that is no call that failed: its id cannot be read, or stands for something else. */
  refused: (id: FrameId | null, errors: readonly AnyFailure[]): string =>
    `{"refused":${JSON.stringify(id)},${errorsText(errors, false)}}`,
}

function errorsText(errors: readonly AnyFailure[], isOperator: boolean): string {
  const told = errors.slice(0, mostErrors).map((error) => failureJson(error, isOperator))
  const leftOut = errors.length - told.length
  return `"errors":${JSON.stringify(told)}${leftOut > 0 ? `,"errorsLeftOut":${leftOut}` : ''}`
}
