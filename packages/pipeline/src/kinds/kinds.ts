import { call } from './call.ts'
import { compensate } from './compensate.ts'
import { emit } from './emit.ts'
import { filter } from './filter.ts'
import { forEach } from './for-each.ts'
import type { StepKind } from './kind.ts'
import { loop } from './loop.ts'
import { map } from './map.ts'
import { parallel } from './parallel.ts'
import { pipelineStep } from './pipeline.ts'
import { set } from './set.ts'
import { aggregate } from './stream/aggregate.ts'
import { branch } from './stream/branch.ts'
import { dedupe } from './stream/dedupe.ts'
import { enrich } from './stream/enrich.ts'
import { flatMap } from './stream/flat-map.ts'
import { join } from './stream/join.ts'
import { keyBy } from './stream/key-by.ts'
import { lookup } from './stream/lookup.ts'
import { machine } from './stream/machine.ts'
import { operator } from './stream/operator.ts'
import { pattern } from './stream/pattern.ts'
import { sample } from './stream/sample.ts'
import { throttle } from './stream/throttle.ts'
import { timer } from './stream/timer.ts'
import { union } from './stream/union.ts'
import { window } from './stream/window.ts'
import { switchStep } from './switch.ts'
import { tryStep } from './try.ts'
import { wait } from './wait.ts'
import { when } from './when.ts'

const all: readonly StepKind[] = [
  call,
  map,
  filter,
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
  keyBy,
  window,
  aggregate,
  join,
  flatMap,
  lookup,
  enrich,
  dedupe,
  pattern,
  timer,
  branch,
  union,
  sample,
  throttle,
  machine,
  operator,
]

/** Every kind of step, by its name, in the order of tables. */
export const stepKinds: ReadonlyMap<string, StepKind> = new Map(all.map((kind) => [kind.name, kind]))
