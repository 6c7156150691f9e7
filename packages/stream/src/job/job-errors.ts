import { error } from '@heddle/core'
import { z } from 'zod'

/** There is no job of that name in the app. */
export const UnknownJob = error(z.object({ job: z.string() }), {
  category: 'data',
  message: 'There is no job "{job}" in this app.',
})

/** It can only be done with a job that rests. */
export const JobNotPaused = error(z.object({ job: z.string() }), {
  category: 'data',
  message: 'The job {job} is running: pause it first.',
})
