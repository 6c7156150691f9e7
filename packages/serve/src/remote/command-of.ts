import {
  type Access,
  type AnyCommand,
  type CommandFacts,
  type CommandSection,
  command,
  isStream,
  type Manifest,
  type Port,
  timeout,
} from '@heddle/core'
import type { RemoteCaller } from './caller.ts'
import type { RemoteManifest } from './contract.ts'
import { type RemoteOptions, remoteDefaults } from './options.ts'
import { callableSections } from './callable-sections.ts'
import { factsOf } from './facts-of.ts'
import { targetOf } from './target.ts'

/** What the commands of another app are made with. */
export type CommandOptions = Pick<RemoteOptions, 'commands' | 'prefix' | 'access' | 'forward' | 'formats' | 'timeout'>

/** What every call to another app may end with beside what that app tells. */
const ofTheWay = ['system:ForbiddenAddress', 'system:Incompatible', 'system:Unavailable']

/**
 * The commands of another app as commands of this one, each of which calls it.
 *
 * @param port through which they are called
 * @throws {Defect} InvalidDefinition
 */
export function commandsOf(
  name: string,
  manifest: Manifest,
  port: Port<RemoteCaller>,
  options: CommandOptions,
): readonly AnyCommand[] {
  const sections = callableSections(manifest, name, options.commands)
  const { formats = (manifest as RemoteManifest).formats } = options
  const made = new Map(
    sections.map((section) => [section.name, commandOf(section, port, { ...options, ...(formats && { formats }) })]),
  )
  return sections.map((section) => {
    const { begins } = section
    const [awaits, status, watch] = [begins?.awaits, begins?.status, begins?.watch].map((each) => made.get(each ?? ''))
    const own = made.get(section.name)!
    return awaits && status && watch ? Object.assign(own, { begins: { awaits, status, watch } }) : own
  })
}

function commandOf(section: CommandSection, port: Port<RemoteCaller>, options: CommandOptions): AnyCommand {
  const facts = factsOf(section, options.formats)
  const target = targetOf(section.name, facts)
  const isStreamed = isStream(facts.output)
  const made = command(localName(section.name, options), {
    ...facts,
    access: accessOf(section, options),
    examples: section.examples,
    uses: [port],
    // What is streamed takes as long as it takes.
    policies: isStreamed ? [] : [timeout(options.timeout ?? remoteDefaults.timeout)],
    run: (isStreamed
      ? ({ input, ctx }: RunArgs) => ctx.use(port).stream(target, input, ctx)
      : ({ input, ctx }: RunArgs) => ctx.use(port).call(target, input, ctx)) as never,
  })
  return { ...made, toldErrors: [...new Set([...section.possibleErrors, ...ofTheWay])] } as AnyCommand
}

type RunArgs = {
  readonly input: unknown
  readonly ctx: Parameters<RemoteCaller['call']>[2] & { use(port: Port<RemoteCaller>): RemoteCaller }
}

/** What a command is called here. */
export const localName = (name: string, { prefix }: Pick<RemoteOptions, 'prefix'>): string =>
  prefix === undefined ? name : `${prefix}.${name}`

function accessOf({ name }: CommandSection, { access, forward }: CommandOptions): CommandFacts['access'] {
  if (typeof access === 'object') return access[name] ?? (forward ? 'public' : undefined)
  // Shown the caller's own credentials, the other app decides.
  return access ?? (forward ? ('public' satisfies Access) : undefined)
}
