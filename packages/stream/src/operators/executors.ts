import { aggregateExecutor } from './aggregate-executor.ts'
import { branchExecutor } from './branch.ts'
import { dedupeExecutor } from './dedupe.ts'
import type { JobExecutor } from './executor.ts'
import { filterExecutor } from './filter.ts'
import { flatMapExecutor } from './flat-map.ts'
import { joinExecutor } from './join.ts'
import { keyByExecutor } from './key-by.ts'
import { machineExecutor } from './machine.ts'
import { mapExecutor } from './map.ts'
import { operatorExecutor } from './operator.ts'
import { patternExecutor } from './pattern.ts'
import { sampleExecutor } from './sample.ts'
import { throttleExecutor } from './throttle.ts'
import { timerExecutor } from './timer.ts'
import { unionExecutor } from './union.ts'
import { windowExecutor } from './window-executor.ts'

/**
 * How each kind of step runs in a job, by its name. Those that ask something outside of the job (`call`, `lookup`,
 * `enrich`) are no operators, and are not among them.
 */
export const jobExecutors: Readonly<Record<string, JobExecutor>> = {
  aggregate: aggregateExecutor,
  branch: branchExecutor,
  dedupe: dedupeExecutor,
  filter: filterExecutor,
  flatMap: flatMapExecutor,
  join: joinExecutor,
  keyBy: keyByExecutor,
  machine: machineExecutor,
  map: mapExecutor,
  operator: operatorExecutor,
  pattern: patternExecutor,
  sample: sampleExecutor,
  throttle: throttleExecutor,
  timer: timerExecutor,
  union: unionExecutor,
  window: windowExecutor,
}
