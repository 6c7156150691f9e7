import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Group, Round, RoundReport } from './types.ts'

const script = fileURLToPath(new URL('./contender-process.ts', import.meta.url))
const run = promisify(execFile)
const STARVED = 2

/** What a group's contenders cost: a list of rounds each, or why a contender has none. */
export interface GroupResult {
  readonly rounds: ReadonlyMap<string, readonly Round[]>
  readonly skipped: ReadonlyMap<string, string>
  readonly failed: ReadonlyMap<string, string>
  /** Rounds that were thrown out because the machine was too busy. */
  readonly repeated: number
}

/** How a group is measured. */
export interface RoundsOptions {
  readonly suiteFile: string
  readonly contenders: readonly string[]
  readonly rounds: number
  /** Measures a round again where the machine was too busy. */
  readonly isPatient: boolean
  /** Scales the number of operations. */
  readonly scale: number
}

/** Measures contenders in interleaved rounds (A B C A B C …), one fresh process for each contender and round. */
export async function measureGroup(
  group: Group,
  { suiteFile, contenders, rounds, isPatient, scale }: RoundsOptions,
): Promise<GroupResult> {
  const result = {
    rounds: new Map(contenders.map((name) => [name, [] as Round[]])),
    skipped: new Map<string, string>(),
    failed: new Map<string, string>(),
    repeated: 0,
  }
  // On a busy machine a round may be measured again, but not for ever: the best of what there is counts then.
  let spare = isPatient ? rounds * contenders.length : 0
  for (let round = 0; round < rounds; round++) {
    for (const name of contenders) {
      if (result.skipped.has(name) || result.failed.has(name)) continue
      const operations = Math.ceil((group.contenders[name]?.operations ?? 0) * scale)
      let report = await runContender({ suiteFile, group: group.name, contender: name, operations })
      while ('starved' in report && report.starved > STARVED && spare-- > 0) {
        result.repeated++
        report = await runContender({ suiteFile, group: group.name, contender: name, operations })
      }
      if ('skipped' in report) result.skipped.set(name, report.skipped)
      else if ('failed' in report) result.failed.set(name, report.failed)
      else result.rounds.get(name)?.push(report)
    }
  }
  return result
}

/** What a contender process is asked to do. */
export interface ContenderRun {
  readonly suiteFile: string
  readonly group: string
  readonly contender: string
  readonly operations: number
  readonly heap?: boolean
}

/** Runs one contender for one round in a process of its own. */
export async function runContender({
  suiteFile,
  group,
  contender,
  operations,
  heap,
}: ContenderRun): Promise<RoundReport> {
  const args = ['--suite', suiteFile, '--group', group, '--contender', contender, '--operations', String(operations)]
  if (heap) args.push('--heap')
  try {
    const { stdout } = await run(process.execPath, [...(heap ? ['--expose-gc'] : []), script, ...args], {
      env: { ...process.env, NODE_ENV: 'production', NODE_NO_WARNINGS: '1' },
      timeout: 300_000,
      maxBuffer: 16 << 20,
    })
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as RoundReport
  } catch (cause) {
    return { failed: `${group}/${contender}: ${(cause as { stderr?: string }).stderr || (cause as Error).message}` }
  }
}
