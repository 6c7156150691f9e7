import { error, type OpenApp } from '@heddle/core'
import { z } from 'zod'

/** No job of the app has this name. */
export const UnknownJob = error(z.object({ job: z.string() }), {
  category: 'data',
  message: 'There is no job "{job}" in this app.',
})

/** A job has no step, source or sink of this name. */
export const UnknownStep = error(z.object({ step: z.string(), known: z.string() }), {
  category: 'data',
  message: 'There is no step, source or sink "{step}"; known: {known}.',
})

interface Explained {
  readonly sources: readonly { readonly name: string }[]
  readonly steps: readonly { readonly step: string }[]
  readonly sinks: readonly { readonly name: string }[]
}

/** A job or a place in jobs that is not there, of those that letters are chosen by. */
export async function unknownPlace(
  app: OpenApp,
  tenant: string,
  { job, step }: { readonly job?: string | undefined; readonly step?: string | undefined },
): Promise<{ readonly job: string } | { readonly step: string; readonly known: string } | undefined> {
  if (job === undefined && step === undefined) return undefined
  const ask = async (name: string, input: unknown): Promise<unknown> => {
    // An app without jobs has no commands about them.
    if (!app.commands.has(name)) return undefined
    const outcome = await app.callByName(name, input, { tenant })
    return outcome.ok ? outcome.value : undefined
  }
  const { jobs = [] } = ((await ask('heddle.ListJobs', {})) ?? {}) as { readonly jobs?: readonly { job: string }[] }
  const meant = jobs.filter((one) => job === undefined || one.job === job)
  if (job !== undefined && meant.length === 0) return { job }
  if (step === undefined) return undefined
  const places = new Set<string>()
  for (const one of meant) {
    const { sources, steps, sinks } = (await ask('heddle.ExplainJob', { job: one.job })) as Explained
    for (const { name } of [...sources, ...sinks]) places.add(name)
    for (const { step: id } of steps) places.add(id)
  }
  return places.has(step) ? undefined : { step, known: [...places].join(', ') || 'none' }
}
