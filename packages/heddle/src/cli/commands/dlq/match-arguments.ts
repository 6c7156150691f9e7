import type { ArgumentTable } from '../../cli-command.ts'

/** Which dead letters are meant, in the same words wherever several are. */
export const matchArguments = {
  command: { type: 'text', value: 'NAME', summary: 'Only of this command' },
  job: { type: 'text', value: 'NAME', summary: 'Only records of this job' },
  step: { type: 'text', value: 'NAME', summary: 'Only those of this step, source or sink of jobs' },
  code: { type: 'text', value: 'CODE', summary: 'Only those that failed with this code' },
} as const satisfies ArgumentTable
