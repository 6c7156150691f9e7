import { Failure } from '@heddle/core'
import { connectAgent, localSocketPath } from '@heddle/serve'
import { LineTransport } from '../../../packages/serve/src/mcp/stdio/line-transport.ts'
import type { Driver, Setting } from '../driver.ts'
import { toolDoor } from './call-tool.ts'

/** Tools of an app that another process serves: what an agent finds that starts `heddle mcp` beside it. */
export const driver: Driver = {
  surface: 'mcp',
  transport: 'socket',
  async open(setting) {
    const door = toolDoor(
      setting,
      (as) => transportTo(setting, as),
      async () => undefined,
    )
    return { ...door, call: (name, input, asked) => door.call(name, input, asked).catch(nobody) }
  },
}

async function transportTo({ folder, people }: Setting, as: string): Promise<LineTransport> {
  const agent = await connectAgent(localSocketPath(folder), { as: people.principal(as) })
  if (!agent.ok) throw agent.errors[0]!
  return new LineTransport(agent.value, agent.value, { maxBodyBytes: 1e8, maxDepth: 64 })
}

/** Who is not known does not even get to ask. */
function nobody(thrown: unknown): 'nobody' {
  if (thrown instanceof Failure && thrown.code === 'UnknownPrincipal') return 'nobody'
  throw thrown
}
