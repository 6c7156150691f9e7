import type { JobExecutor } from './executor.ts'

/** `operator: { name, config }`: one of a user's own. */
export const operatorExecutor: JobExecutor<{ readonly name: string; readonly config?: unknown }> = (
  { name, config },
  { operatorNamed },
) => {
  const { config: schema, create } = operatorNamed(name)
  return (create as (config: unknown) => ReturnType<typeof create>)(
    schema === undefined ? config : schema.parse(config),
  )
}
