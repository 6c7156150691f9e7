import type { OpenApp } from '@heddle/core'
import { invalidPlan, type OpenRunCounts, type PlanProblem } from '@heddle/pipeline'
import { rebuildHelp } from './compare-jobs.ts'
import { isJobInstance, type JobInstance } from './job-instance.ts'
import type { KeptJob } from './job-record.ts'
import type { Job } from './job.ts'
import { beginningSources, movedOf } from './rebuild/check-places.ts'
import { letterNotes } from './rebuild/letter-notes.ts'
import { movedHelp } from './rebuild/places.ts'
import { missingParts } from './missing-parts.ts'
import { verdictsOf } from './rebuild/rebuilds-state.ts'
import { goneHindrance, hindrance, knownSources } from './rebuild/rereads.ts'
import { fillingSinks, stayingNotes } from './rebuild/staying-rows.ts'
import { settingNotes } from './setting-notes.ts'
import { sinkNotes } from './sink-notes.ts'
import { stateNotes } from './state-notes.ts'

/**
 * Holds a plan against the state that the job has, and tells what becomes of it: what does not fit, and cannot be built anew, is
 * told at its step.
 *
 * @throws {Defect} InvalidPlan
 */
export async function surveyState(app: OpenApp, job: Job): Promise<OpenRunCounts> {
  const missing = missingParts(app, job)
  if (missing.length > 0) throw invalidPlan(job.name, job.locate(missing))
  const instance = app.parts.filter(isJobInstance).find(({ name }) => name === job.name)
  const kept = await instance?.store.read(job.name)
  if (!instance || !kept?.checkpoint || kept.plan === job.hash) return none
  // Where the app has not started, it is not known where its relative paths count from.
  const root = instance.watch ? instance.place().root : undefined
  const moved = movedProblems(kept, job, root)
  if (moved.length > 0) throw invalidPlan(job.name, job.locate(moved))
  const { renamed = {}, migrations = {} } = job.options
  const verdicts = verdictsOf(kept, { steps: job.assembled.steps, renamed, migrations })
  const unfit = verdicts.filter(({ verdict }) => verdict === 'rebuild')
  const because = unfit.length === 0 ? undefined : await hindranceOf(instance, kept, job, root)
  if (because === undefined) {
    const settings = settingNotes(instance.job.plan.steps, job.plan.steps, verdicts)
    const { sinks } = instance.job.assembled
    const staying = stayingNotes(fillingSinks(sinks), fillingSinks(job.assembled.sinks))
    const built = unfit.length === 0 ? [] : [...staying, ...letterNotes(kept.checkpoint)]
    const left = sinkNotes(kept.facts.sinks, fillingSinks(job.assembled.sinks))
    const notes = [...beginningSources(kept, job.assembled), ...stateNotes(verdicts), ...built, ...settings, ...left]
    return { ...none, notes }
  }
  const problems = unfit.map(({ step, reasons }): PlanProblem => {
    const index = job.plan.steps.findIndex(({ id }) => id === step)
    const cannot = `It cannot be built anew: ${because}.`
    const message = `The state of "${step}" does not fit: ${reasons.join(' ')} ${cannot} ${rebuildHelp}`
    return { about: 'app', path: ['steps', index], message }
  })
  throw invalidPlan(job.name, job.locate(problems))
}

/** A source goes on where it was, and a sink with what it has: neither means anything in another place. */
const movedProblems = (kept: KeptJob, { name: job, plan, assembled }: Job, root: string | undefined): PlanProblem[] =>
  movedOf(kept, { ...assembled, name: job }, root).map(({ way, name, change }): PlanProblem => {
    const path =
      way === 'source' ? (plan.sources ? ['sources', name] : ['source']) : plan.sinks ? ['sinks', name] : ['sink']
    const what = way === 'source' ? 'would read something else from where it was' : 'would write on somewhere else'
    return { about: 'name', path, message: `The ${way} "${name}" ${what}: ${change}. ${movedHelp[way]}` }
  })

/** Why the state cannot be built anew; undefined where it can. */
async function hindranceOf(
  instance: JobInstance,
  kept: KeptJob,
  { name, assembled: { sources } }: Job,
  from: string | undefined,
) {
  const known = hindrance(knownSources(sources, { job: name }), kept.facts.sources, from)
  if (known !== undefined) return known
  const { app, ports, root, folder, tenant } = instance.place()
  const stopping = new AbortController()
  const host = { job: name, ports, app, root, folder, tenant, signal: stopping.signal }
  try {
    return await goneHindrance(sources, kept.checkpoint!.lanes, host)
  } finally {
    stopping.abort()
  }
}

/** A job has no runs. */
const none: OpenRunCounts = { fit: 0, keep: 0 }
