import type { Asked, Driver, Setting, ToldOutcome } from '../driver.ts'
import { failedWith, putTogether, succeededWith } from '../told.ts'
import { post, unlessLeft } from './post.ts'

const lines = 'application/x-ndjson'

async function call(setting: Setting, name: string, input: unknown, asked: Asked): Promise<ToldOutcome> {
  const response = await post(setting, name, input, asked, `application/json, ${lines};q=0.5`)
  const text = await response.text()
  if (!response.ok) return failedWith((JSON.parse(text) as { errors: unknown }).errors)
  if (response.headers.get('content-type') !== lines) return succeededWith(text === '' ? undefined : JSON.parse(text))
  return putTogether(
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>),
  )
}

/** Requests with a body of JSON; streamed answers are lines of JSON. */
export const driver: Driver = {
  surface: 'http',
  open: async (setting) => ({
    call: (name, input, asked) => unlessLeft(call(setting, name, input, asked), asked.signal),
    close: async () => undefined,
  }),
}
