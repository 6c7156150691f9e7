import { call } from './call.ts'
import { compensate } from './compensate.ts'
import { emit } from './emit.ts'
import { forEach } from './for-each.ts'
import type { StepKind } from './kind.ts'
import { loop } from './loop.ts'
import { map } from './map.ts'
import { parallel } from './parallel.ts'
import { pipelineStep } from './pipeline.ts'
import { set } from './set.ts'
import { switchStep } from './switch.ts'
import { tryStep } from './try.ts'
import { wait } from './wait.ts'
import { when } from './when.ts'

const all: readonly StepKind[] = [
  call,
  map,
  set,
  when,
  switchStep,
  parallel,
  forEach,
  loop,
  tryStep,
  pipelineStep,
  emit,
  wait,
  compensate,
]

/** Every kind of step, by its name, in the order of tables. */
export const stepKinds: ReadonlyMap<string, StepKind> = new Map(all.map((kind) => [kind.name, kind]))
