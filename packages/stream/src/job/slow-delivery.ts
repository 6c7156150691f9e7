import type { TaskReport } from '../task/task-report.ts'

/** After so long a sink that takes nothing is told as what holds its job (limit `job.delivery`). */
const patienceMs = 5000

/** What is to be said where a sink does not take what a checkpoint keeps for it, e.g. since its server is away. */
export function slowDelivery(report: Pick<TaskReport, 'delivering'> | undefined, now: number): string | undefined {
  const delivering = report?.delivering
  if (!delivering || now - delivering.since < patienceMs) return undefined
  const { sink, since } = delivering
  const text = `the sink "${sink}" has not taken what the last checkpoint keeps for it since ${new Date(since).toISOString()}`
  return `${text}: no checkpoint is made, and no other sink shows more, until it does (the log says why)`
}
