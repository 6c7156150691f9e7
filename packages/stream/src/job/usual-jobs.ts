import type { OpenApp, Part, PartKind } from '@heddle/core'
import { planTopic } from '@heddle/pipeline'
import { jobCommands } from '../commands/job-commands.ts'
import { isJobInstance } from './job-instance.ts'
import type { Job } from './job.ts'
import { measureJobs } from './job-metrics.ts'
import { JobsPort, letterTopic, LiveJobs } from './live-jobs.ts'

const jobsKind: PartKind = { name: 'jobs', compare: () => [] }

interface JobsPart extends Part {
  /** Lets another plan of a job run from its next checkpoint on. */
  exchange(app: OpenApp, job: Job): void
}

/** Looks after the jobs of an app: brings the commands of operators, and wakes jobs of which something was changed elsewhere. */
function jobsPart(): JobsPart {
  const live = new LiveJobs()
  let stopListening: () => void = () => {}
  let stopLetters: () => void = () => {}
  const part: JobsPart = {
    kind: jobsKind,
    name: 'jobs',
    inside: true,
    commands: jobCommands,
    provides: { port: JobsPort, service: live },
    describe: () => ({}),
    instance: jobsPart,
    simulated: jobsPart,
    opened: (app) => live.open(app),
    async start({ app, ports }) {
      measureJobs(ports, () => live.all())
      stopListening = await app.ports.notices.subscribe(planTopic, (name) => live.poke(name), {
        missed: () => live.poke(),
      })
      stopLetters = await app.ports.notices.subscribe(letterTopic, () => live.replay(), {
        missed: () => live.replay(),
      })
    },
    stop() {
      stopListening()
      stopLetters()
    },
    exchange(app, job) {
      for (const one of app.parts) if (isJobInstance(one) && one.name === job.name) one.exchange(job)
    },
  }
  return part
}

/** The part that every job brings along: one for all of them. */
export const usualJobs = jobsPart()
