import { Defect, isApp, isPart, type Part } from '@heddle/core'
import { isJobPart, type Job } from '../job.ts'

/**
 * Imports the module of a job once more, on the thread that is to run it, and finds the job by its name: among what the module
 * exports, or in an app that it exports.
 *
 * @throws {Defect} NoJobThread
 */
export async function findJob(modules: readonly string[], name: string): Promise<Job> {
  for (const module of modules) {
    const exported = Object.values((await import(module)) as object)
    for (const value of exported) {
      const found = partsIn(value).find((part) => part.name === name && isJobPart(part))
      if (found) return found as Job
    }
  }
  const reason = `${modules.join(' and ')} exports neither the job nor an app that has it`
  throw new Defect('NoJobThread', { job: name, reason })
}

/** A module of an app (`import * as`) and a list of parts are looked into, too. */
function partsIn(value: unknown): readonly Part[] {
  if (isApp(value)) return value.parts().parts
  if (isPart(value)) return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).filter(isPart) : []
}
