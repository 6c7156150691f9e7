import { type AnyFailure, Failure, systemTimers } from '@heddle/core'
import { usageFailure } from '@heddle/serve'
import { cliCommand } from '../../cli-command.ts'
import { type Remote, remotesOf } from './remotes.ts'

export default cliCommand({
  name: 'remote diff',
  summary: 'Compare other apps with what this one was made for; ends with 0 safe, 2 breaking.',
  example: 'heddle remote diff billing',
  args: {
    name: { type: 'positional', optional: true, summary: 'Only this one of `heddle remote list`' },
  },
  async run({ args: { name }, app, out }) {
    const all = remotesOf(await app.session.app())
    const chosen = name === undefined ? all : all.filter((each) => each.name === name)
    if (name !== undefined && chosen.length === 0) throw usageFailure(`the app brings in no other app named ${name}`)
    const remotes = await Promise.all(chosen.map(compared))
    const changes = remotes.flatMap((each) => each.changes.map((change) => ({ remote: each.name, ...change })))
    const lines = [
      ...(changes.length > 0
        ? out.table(changes.map(({ remote, level, item, change }) => ({ remote, level, item, change })))
        : []),
      ...remotes.map((each) => `${each.name}: ${each.verdict}${each.because === undefined ? '' : `, ${each.because}`}`),
    ]
    out.show({ remotes }, lines.length === 0 ? ['no other app is brought in'] : lines)
    return remotes.some(({ verdict }) => verdict === 'breaking')
      ? 2
      : remotes.some(({ verdict }) => verdict === 'away')
        ? 1
        : 0
  },
})

/** Types and no interfaces, because only a type is JSON to the compiler. */
type Change = { readonly level: string; readonly item: string; readonly change: string; readonly reason: string }
type Compared = {
  readonly name: string
  readonly verdict: 'safe' | 'breaking' | 'unknown' | 'away'
  readonly because?: string
  readonly changes: readonly Change[]
}

/** One that does not answer does not keep the others from being told. */
async function compared({ name, part }: Remote): Promise<Compared> {
  try {
    const { verdict, changes } = await part.verdict(systemTimers)
    return { name, verdict, changes: changes.map((change) => ({ ...change })) }
  } catch (thrown) {
    if (!(thrown instanceof Failure) || thrown.code !== 'Unavailable') throw thrown
    return { name, verdict: 'away', because: (thrown as AnyFailure).message, changes: [] }
  }
}
