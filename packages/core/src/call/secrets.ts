import { holdsAnnotation } from '../schema/annotate/annotate.ts'
import { type Masker, maskerOf } from '../schema/annotate/mask.ts'
import { type Scrubber, scrubberOf } from '../schema/annotate/scrub.ts'
import type { Frame } from './frame.ts'

/** A value with what masks it. */
export type MarkedValue = readonly [Masker, unknown]

/**
 * What takes the marked values of a call's inputs out of a text before it is logged: exceptions and log lines quote
 * what a body was given.
 */
export function callScrubber(frame: Frame): Scrubber | undefined {
  const values = markedInputs(frame)
  const { secrets } = frame.root
  if (secrets) values.push(...secrets)
  return values.length === 0 ? undefined : scrubberOf(values)
}

/** Keeps the marked inputs of a subcommand whose defect its outermost caller will log. */
export function rememberSecrets(frame: Frame): void {
  const values = markedInputs(frame)
  if (values.length > 0) (frame.root.secrets ??= []).push(...values)
}

function markedInputs(frame: Frame): MarkedValue[] {
  const values: MarkedValue[] = []
  for (let at: Frame | undefined = frame; at !== undefined; at = at.caller) {
    const type = at.command.input
    if (!holdsAnnotation(type)) continue
    // After the check it is the checked value, before records took the place of their keys.
    if (at.validated === undefined) values.push([maskerOf(type, 'input')!, at.input])
    else values.push([maskerOf(type, 'output')!, at.validated])
  }
  return values
}
