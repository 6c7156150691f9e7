import { Engine } from '../call/engine.ts'
import { mainTenant } from '../call/tenancy.ts'
import type { CommandFacts } from '../command/types.ts'
import { environmentKeys } from '../ports/keys.ts'
import { createPorts, type Ports } from '../ports/ports.ts'
import { countedCache } from '../telemetry/counted-cache.ts'
import { observe } from '../telemetry/observe.ts'
import type { AppDefinition, OpenApp, OpenOptions } from './app.ts'
import { appPrincipal, withAppPrincipal } from './grants.ts'
import { collect } from './collect.ts'
import { readConfig } from './config.ts'
import { discoverParts } from './discover.ts'
import { configTypeOf } from './config-port.ts'
import { assertWhole } from './graph.ts'
import { RunningApp } from './running-app.ts'

/**
 * Opens an app: checks that it is whole, reads its configuration, opens its parts in order. What was opened is closed
 * again when a later part fails.
 */
export async function openApp(name: string, declaration: AppDefinition, options: OpenOptions = {}): Promise<OpenApp> {
  const { folder = '.heddle', root = process.cwd(), environment = process.env } = options
  const mode = options.mode ?? (environment.NODE_ENV === 'production' ? 'production' : 'development')
  const definition = await discoverParts(name, declaration, options)
  const declared = collect(definition)
  assertWhole(declared)
  const collected = { ...declared, parts: declared.parts.map((part) => part.instance?.() ?? part) }
  const configType = configTypeOf(definition.config)
  const config = configType && readConfig(configType, options.config ?? {}, environment, name)

  let ports: Ports = createPorts({ keys: environmentKeys(environment), ...options.ports })
  const host = { folder, root, mode, environment, module: options.module }
  const observed = await observe(name, collected.parts, { ...host, ports })
  const { telemetry } = observed
  ports = { ...ports, telemetry }
  const opener = { name, formerly: definition.formerly ?? [] }
  const opened: (typeof collected.parts)[number][] = []
  try {
    for (const part of collected.parts) {
      const provided = await part.open?.({ ...host, parts: collected.parts, ports, opener })
      opened.push(part)
      // What the caller gave wins over what a part provides.
      if (provided) ports = createPorts({ ...ports, ...provided, ...options.ports, telemetry })
    }
  } catch (thrown) {
    for (const part of opened.toReversed()) await part.stop?.()
    observed.stop()
    throw thrown
  }
  if (telemetry.metrics) ports = { ...ports, cache: countedCache(ports.cache, telemetry.metrics) }

  const { grants = [] } = definition
  const self = (tenant = mainTenant) => appPrincipal(name, grants, tenant)
  ports = { ...ports, principals: withAppPrincipal(ports.principals, name, self) }

  const outgoing = new WeakSet<CommandFacts>()
  const engine = new Engine({
    ports,
    services: new Map([
      ...collected.parts.flatMap(({ provides }) => (provides ? [[provides.port, provides.service] as const] : [])),
      ...(declared.config ? [[declared.config, config] as const] : []),
    ]),
    tenancy: definition.tenancy,
    find: (command) => (outgoing.has(command) ? command : collected.commands.get(command.name)),
    hooksFor: ({ hooks, domain }: CommandFacts) => [
      ...(definition.hooks ?? []),
      ...(collected.domains.get(domain)?.hooks ?? []),
      ...hooks,
    ],
  })
  return new RunningApp({
    ...host,
    name,
    collected,
    outgoing,
    engine,
    ports,
    config,
    self,
    stopObserving: observed.stop,
  })
}
