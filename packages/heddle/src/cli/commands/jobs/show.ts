import type { JobStatus } from '@heddle/stream'
import { cliCommand } from '../../cli-command.ts'
import { operateRuns } from '../runs/run-operation.ts'
import { jobArguments } from './job-argument.ts'
import { behindText, rateText, rebuildingText, threadText } from './job-text.ts'

export default cliCommand({
  name: 'jobs show',
  summary: 'Show how a job is doing: its sources, steps and sinks, its checkpoint, and what is late or failed.',
  example: 'heddle jobs show flights.Delays',
  args: jobArguments,
  run({ args: { tenant, name }, app, out }) {
    return operateRuns({ app, out }, { name: 'heddle.ShowJob', input: { job: name }, tenant }, (value) => {
      const job = value as unknown as JobStatus
      const { checkpoint } = job
      out.show(value, [
        `${job.job} is ${job.state}${job.because === undefined ? '' : `: ${job.because}`}`,
        ...(job.rebuilding ? [rebuildingText(job.rebuilding)] : []),
        `guarantee   ${job.guarantee}`,
        `thread      ${threadText(job.place)}`,
        `checkpoint  ${job.epoch === 0 ? 'none yet' : `${job.epoch}`}${checkpoint ? `, ${checkpoint.bytes} bytes of ${checkpoint.keys} keys in ${Math.round(checkpoint.ms)} ms, at ${checkpoint.at}` : ''}`,
        ...(job.letters === 0 ? [] : [`letters     ${job.letters}: heddle dlq list --job ${job.job}`]),
        '',
        ...out.table(
          job.sources.map((source) => ({
            source: source.name,
            kind: source.kind,
            records: source.records,
            unread: source.unread,
            rate: rateText(source.rate),
            behind: behindText(source),
            watermark: source.watermark ?? '',
          })),
        ),
        '',
        ...out.table(
          job.steps.map((step) => ({
            step: step.step,
            kind: step.kind,
            in: step.records,
            out: step.emitted,
            late: step.late,
            failed: step.failed,
            queued: step.queued,
            keys: step.keys ?? '',
            memory: step.memoryBytes ?? '',
            watermark: step.watermark ?? '',
          })),
        ),
        '',
        ...out.table(
          job.sinks.map(({ name: sink, kind, delivery, records, rate }) => ({
            sink,
            kind,
            delivery,
            records,
            rate: rateText(rate),
          })),
        ),
      ])
    })
  },
})
