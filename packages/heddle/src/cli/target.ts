import { Failure, type OpenApp, type Ports, sleep, systemClock, systemTimers } from '@heddle/core'
import {
  appTarget,
  callLocally,
  type CallTarget,
  commandSections,
  inputsOf,
  isAnswered,
  localSocketPath,
} from '@heddle/serve'
import { declaredIn } from '../commands/declared.ts'
import type { Session } from './session.ts'

/** How long to wait for one process that holds the data folder and answers no calls, e.g. another `heddle call`. */
const patienceMs = 5000
/** How long to wait for many that hold it one after another. */
const crowdPatienceMs = 60_000
const pauseMs = 25

/**
 * Does something with the app: through the process that serves its data folder where there is one, else in this
 * process.
 *
 * @throws {Failure} DatabaseLocked, when a process holds the folder for long without answering
 */
export const withTarget = <Result>(session: Session, use: (target: CallTarget) => Promise<Result>): Promise<Result> =>
  through(session, ownerTarget, use)

/**
 * The same for a command whose name and input are known. Where a process serves the app, its file is not loaded: it may
 * be broken at this moment.
 *
 * @throws {Failure} DatabaseLocked, when a process holds the folder for long without answering
 */
export const withCaller = <Result>(
  session: Session,
  use: (caller: Pick<CallTarget, 'call'>) => Promise<Result>,
): Promise<Result> => through(session, async (_session, socket) => ({ call: callThrough(socket) }), use)

async function through<Target, Result>(
  session: Session,
  owner: (session: Session, socket: string) => Promise<Target>,
  use: (target: Target | CallTarget) => Promise<Result>,
): Promise<Result> {
  const socket = localSocketPath(session.folder)
  const patience = new Patience()
  for (;;) {
    if (await isAnswered(socket)) return use(await owner(session, socket))
    const app = await openUnlessLocked(session, (pid) => patience.isLeftFor(pid))
    if (!app) {
      await sleep(systemTimers, pauseMs, session.around.signal)
      continue
    }
    try {
      return await use(appTarget(app))
    } finally {
      await app.close()
    }
  }
}

/**
 * Opens the app in this process, to serve it. Somebody's call may hold the folder for a moment; a process that serves
 * it will not go away.
 *
 * @throws {Failure} DatabaseLocked
 */
export async function openToServe(session: Session, ports: Partial<Ports>): Promise<OpenApp> {
  const socket = localSocketPath(session.folder)
  const patience = new Patience()
  for (let attempt = 1; ; attempt++) {
    const isServed = await isAnswered(socket)
    const app = await openUnlessLocked(session, (pid) => !isServed && patience.isLeftFor(pid), ports)
    if (app) return app
    if (attempt === 1) ports.log?.write('info', 'waiting for the data folder', { folder: session.folder })
    await sleep(systemTimers, pauseMs, session.around.signal)
  }
}

async function ownerTarget(session: Session, socket: string): Promise<CallTarget> {
  const app = await session.app()
  return {
    commands: commandSections(app.manifest()),
    clock: systemClock,
    inputOf: inputsOf(declaredIn(app).commands),
    call: callThrough(socket),
  }
}

const callThrough =
  (socket: string): CallTarget['call'] =>
  (name, input, options) =>
    callLocally(socket, name, input, options as Parameters<typeof callLocally>[3])

/** Runs out with one owner, and begins anew when the next one has its turn. */
class Patience {
  readonly #end = systemClock.now() + crowdPatienceMs
  #pid: unknown
  #endForPid = 0

  isLeftFor(pid: unknown): boolean {
    const now = systemClock.now()
    if (pid !== this.#pid) {
      this.#pid = pid
      this.#endForPid = now + patienceMs
    }
    return now < Math.min(this.#end, this.#endForPid)
  }
}

async function openUnlessLocked(
  session: Session,
  isPatient: (pid: unknown) => boolean,
  ports?: Partial<Ports>,
): Promise<OpenApp | undefined> {
  try {
    return await session.open(ports)
  } catch (thrown) {
    const isLocked = thrown instanceof Failure && thrown.code === 'DatabaseLocked'
    if (isLocked && isPatient((thrown.data as { pid: unknown }).pid)) return undefined
    throw thrown
  }
}
