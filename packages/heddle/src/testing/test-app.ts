import { app as declare, memoryLog, seededRandom } from '@heddle/core'
import type { App, OpenApp, OpenOptions, Part } from '@heddle/core'
import { createVirtualTime, settled, type VirtualTime } from '@heddle/core/testing'
import { simulatedDefinition } from './simulated-definition.ts'
import { startInside } from './start-inside.ts'
import { testKeys } from './test-keys.ts'

/** How an app is opened for a test. */
export interface TestAppOptions extends OpenOptions {
  /** Services in the place of the app's own, e.g. `provide(Mailer, memoryMailer())`. */
  readonly provide?: readonly Part[]
  /** Where `ctx.random` and ids begin. @default 1 */
  readonly seed?: number
}

/** An app over memory, in virtual time. */
export interface TestApp extends OpenApp, AsyncDisposable {
  /** Stands still until the test moves it: `await app.time.advance(5000)`. */
  readonly time: VirtualTime
  readonly log: ReturnType<typeof memoryLog>
}

/**
 * Opens an app for a test: each part replaced by its simulated twin, surfaces not started, handlers at work, time virtual, randomness
 * from a seed, log lines kept in memory, nothing read from the environment.
 *
 * @throws {Defect} RealPort, for a part that opens something outside and has no twin
 * @example
 * await using app = await testApp(bank)
 * const outcome = await app.call(transferMoney, { from, to, cents: 500 })
 */
export async function testApp(app: App, options: TestAppOptions = {}): Promise<TestApp> {
  const { provide = [], seed = 1, ports, ...rest } = options
  const time = createVirtualTime()
  const log = memoryLog()
  const { clock, timers } = time
  const twin = declare(app.name, simulatedDefinition(app, provide, 'allowed'))
  const open = await twin.open({
    mode: 'development',
    environment: {},
    ...rest,
    ports: { clock, timers, log, random: seededRandom(seed), keys: testKeys, ...ports },
  })
  await startInside(open)
  const closeApp = open.close.bind(open)
  const close: OpenApp['close'] = (closing) => passTime(time, closeApp(closing))
  return Object.assign(open, { time, log, close, [Symbol.asyncDispose]: () => close() })
}

/** Moves the time whenever nothing else can go on, until something has ended. */
async function passTime(time: VirtualTime, ending: Promise<void>): Promise<void> {
  let ended = false
  const mark = () => void (ended = true)
  ending.then(mark, mark)
  await settled()
  for (let next = time.next(); !ended && next !== undefined; next = time.next()) await time.advanceTo(next)
  await ending
}
