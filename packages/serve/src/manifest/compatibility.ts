import { compareCommands, eventKind, type Manifest, type Verdict, type VerdictLevel } from '@heddle/core'
import { surfaceKind } from '../http/surface-kind.ts'

/** What a client was made from. */
export interface ClientManifest {
  /** The hash of the manifest. */
  readonly manifest: string
  /** The name of the app. */
  readonly app?: string | undefined
  /** The commands that it calls, with the hash of each. @default all that there are, and all events */
  readonly commands?: Readonly<Record<string, string>>
  /** The events that it reads, with the hash of each; told, only they and `commands` count. */
  readonly events?: Readonly<Record<string, string>>
}

/** One difference between what a client knows and what is served. */
export interface CompatibilityChange {
  /** Kind and name, e.g. `command bank.TransferMoney`. */
  readonly item: string
  readonly change: string
  /** `unknown` where only the hashes could be compared. */
  readonly level: VerdictLevel | 'unknown'
  readonly reason: string
}

/** Whether a client that was made from one manifest may speak with the server of another one. */
export interface Compatibility {
  readonly verdict: 'safe' | 'breaking' | 'unknown'
  /** The hash of the server's manifest. */
  readonly manifest: string
  readonly changes: readonly CompatibilityChange[]
}

/**
 * Compares what a client was made from with what is served now.
 *
 * @param before what strangers knew of the app that the client was made from; undefined where nobody remembers it
 * @param after what they may know now
 * @param known further hashes of what is served now, for clients that were made from a manifest with more in it
 */
export function compatibilityOf(
  client: ClientManifest,
  before: Manifest | undefined,
  after: Manifest,
  known?: Manifest,
): Compatibility {
  const { hash: manifest } = after
  if (client.manifest === manifest) return { verdict: 'safe', manifest, changes: [] }
  const changes = before ? changesOf(client, before, after) : changesByHash(client, after, known)
  const verdict = verdictOf(changes, before !== undefined || client.commands !== undefined)
  return { verdict, manifest, changes }
}

/** A migration is the server's own business: it has made it, or it would not serve. */
function verdictOf(changes: readonly CompatibilityChange[], isCompared: boolean): Compatibility['verdict'] {
  if (changes.some(({ level }) => level === 'breaking')) return 'breaking'
  return isCompared && changes.every(({ level }) => level !== 'unknown') ? 'safe' : 'unknown'
}

function changesOf({ commands, events }: ClientManifest, before: Manifest, after: Manifest): CompatibilityChange[] {
  const sections = (kind: string) => ({ before: before.parts[kind] ?? {}, after: after.parts[kind] ?? {} })
  const manifests = { beforeManifest: before, afterManifest: after }
  const command = sections('command')
  const verdicts = [
    ...compareCommands(command.before, command.after),
    ...(eventKind.compare({ ...sections('event'), ...manifests }) as readonly Verdict[]),
  ]
  const told = ({ item, change, level, reason }: Verdict) => ({ item, change, level, reason })
  if (commands === undefined && events === undefined) {
    const surfaces = surfaceKind.compare({ ...sections('surface'), ...manifests }) as readonly Verdict[]
    return [...verdicts, ...surfaces].map(told)
  }
  const wanted = new Set([...itemsOf('command', commands), ...itemsOf('event', events)])
  return verdicts.filter(({ item }) => wanted.has(item)).map(told)
}

const itemsOf = (kind: string, named: Readonly<Record<string, string>> = {}) =>
  Object.keys(named).map((name) => `${kind} ${name}`)

/** What can be said without the client's manifest: what is gone, and what is no longer the same. */
function changesByHash(client: ClientManifest, after: Manifest, known?: Manifest): CompatibilityChange[] {
  const compare = (kind: 'command' | 'event', named: Readonly<Record<string, string>> = {}) =>
    Object.entries(named).flatMap(([name, hash]): CompatibilityChange[] => {
      const item = `${kind} ${name}`
      const now = sectionHash(after, kind, name)
      if (now === undefined)
        return [{ item, change: 'removed', level: 'breaking', reason: 'It is not served any more.' }]
      if (hash === now || hash === sectionHash(known, kind, name)) return []
      const reason = 'Nobody remembers the manifest that the client was made from, so how it changed is not known.'
      return [{ item, change: 'changed', level: 'unknown', reason }]
    })
  if (client.app !== undefined && client.app !== after.app) {
    const reason = `The client was made for the app "${client.app}"; this is "${after.app}".`
    return [{ item: `app ${client.app}`, change: 'removed', level: 'breaking', reason }]
  }
  return [...compare('command', client.commands), ...compare('event', client.events)]
}

function sectionHash(manifest: Manifest | undefined, kind: string, name: string): string | undefined {
  const sections = manifest?.parts[kind] ?? {}
  return Object.hasOwn(sections, name) ? (sections[name] as { readonly hash: string }).hash : undefined
}
