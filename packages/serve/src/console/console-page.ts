import { type AnyFailure, Failure, systemFailure } from '@heddle/core'
import { commandSections } from '../cli/target.ts'
import { mediaTypes, noSniffing } from '../http/accept.ts'
import { cachedText } from '../http/cached-text.ts'
import type { PlainEndpoint } from '../http/endpoint.ts'
import { type Answer, type Exchange, pathOf } from '../http/exchange.ts'
import type { Mount, Mounted, MountHost } from '../http/mount.ts'
import { pagePolicy } from '../http/page/page-endpoints.ts'
import { formFields } from '../http/page/form.ts'
import { style as sharedStyle } from '../http/page/style.ts'
import { problemAnswer } from '../http/problem.ts'
import { appFacts } from './app-facts.ts'
import { mountCalls } from './calls.ts'
import { consoleCallerOf } from './console-caller.ts'
import { foreignStyle, pageModules } from './modules.ts'
import { shell } from './shell.ts'
import { mountState } from './state-endpoint.ts'
import { consoleStyle } from './style.ts'

/** Where the console is served. */
export const consolePath = '/_heddle/console'

/**
 * A page of the app for those who operate it, at `/_heddle/console`: commands with forms, runs, dead letters, events and
 * health, all as it happens. It is for whoever holds `heddle:operate`; in development also for whoever asks from this
 * machine.
 *
 * @example http({ mounts: [consolePage()] })
 */
export function consolePage(): Mount {
  return { name: 'console', describe: () => ({ path: consolePath }), mount: mounted }
}

function mounted(host: MountHost): Mounted {
  const { app, options } = host
  const callerOf = consoleCallerOf(host)
  const calls = mountCalls(host, callerOf, `${consolePath}/api`)
  const state = mountState(host, callerOf)
  const modules = pageModules()
  const sections = commandSections(app.manifest)
  let facts: string | undefined

  /** Something for operators alone. */
  const guarded = (answer: (exchange: Exchange, parts: Readonly<Record<string, string>>) => Answer): PlainEndpoint => ({
    kind: 'plain',
    async answer(exchange, parts) {
      const caller = await callerOf(exchange)
      return caller instanceof Failure ? refuse(exchange, caller) : answer(exchange, parts)
    },
  })

  const refuse = (exchange: Exchange, failure: AnyFailure) =>
    problemAnswer([failure], { instance: pathOf(exchange.url), challenge: options.challenge })

  return {
    endpoints: {
      [consolePath]: text(mediaTypes.html, () => shell(`${consolePath}/`, Object.keys(modules))),
      [`${consolePath}/style.css`]: text('text/css', () => sharedStyle + foreignStyle() + consoleStyle),
      ...Object.fromEntries(Object.entries(modules).map(([path, module]) => [`${consolePath}/src/${path}`, module])),
      [`${consolePath}/app.json`]: guarded(() =>
        answerOf('application/json', (facts ??= JSON.stringify(appFacts(app)))),
      ),
      [`${consolePath}/forms/{command}`]: guarded((exchange, { command = '' }) => {
        const section = Object.hasOwn(sections, command) ? sections[command] : undefined
        if (!section || section.access === 'closed')
          return refuse(exchange, systemFailure('UnknownCommand', { name: command }))
        return answerOf('text/html; charset=utf-8', formFields(section).text)
      }),
      [`${consolePath}/state`]: state.endpoint,
      ...calls.endpoints,
    },
    told: (url) => [`console ${url}${consolePath}`],
    async drain() {
      await Promise.all([calls.drain?.(), state.drain()])
    },
    async stop() {
      await calls.stop?.()
      state.stop()
    },
  }
}

const text = (mediaType: string, make: () => string): PlainEndpoint =>
  cachedText(mediaType, `${mediaType}; charset=utf-8`, make, {
    'content-security-policy': pagePolicy,
    'referrer-policy': 'no-referrer',
  })

const answerOf = (type: string, body: string): Answer => ({
  status: 200,
  headers: { 'content-type': type, 'cache-control': 'no-store', ...noSniffing },
  body,
})
