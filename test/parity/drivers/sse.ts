import type { Asked, Driver, Setting, ToldOutcome } from '../driver.ts'
import { failedWith, putTogether } from '../told.ts'
import { post, unlessLeft } from './post.ts'

async function call(setting: Setting, name: string, input: unknown, asked: Asked): Promise<ToldOutcome> {
  const response = await post(setting, name, input, asked, 'text/event-stream')
  const text = await response.text()
  if (!response.ok) return failedWith((JSON.parse(text) as { errors: unknown }).errors)
  return putTogether(text.trimEnd().split('\n\n').map(pieceOf))
}

/** An event as the piece of an answer: its name and its data. */
function pieceOf(event: string): Record<string, unknown> {
  const fields = Object.fromEntries(event.split('\n').map((line) => line.split(/: (.*)/s, 2) as [string, string]))
  return { [fields.event as string]: JSON.parse(fields.data as string) as unknown }
}

/** The same requests, answered by server-sent events. */
export const driver: Driver = {
  surface: 'sse',
  open: async (setting) => ({
    call: (name, input, asked) => unlessLeft(call(setting, name, input, asked), asked.signal),
    close: async () => undefined,
  }),
}
