import { type Clock, commonPermissions, isPromise, type Log, type Maybe, systemFailure } from '@heddle/core'
import type { Principal, Principals } from '@heddle/core'
import type { Database } from '../database/database.ts'
import type { Row } from '../database/table.ts'
import type { RecordOf } from '../entity/entity.ts'
import { chain } from '../unit/chain.ts'
import { accessTopic } from './changes.ts'
import { isSameHash, type KeyText, parseKeyText } from './key-text.ts'
import { KeyRecord, PrincipalRecord, RoleRecord } from './records.ts'
import { Remembered } from './remembered.ts'
import { createUseNotes } from './use-notes.ts'

/** A key as it was read, with the principal for which it acts. */
export interface KnownKey {
  readonly tenant: string
  readonly record: RecordOf<typeof KeyRecord>
  readonly version: number
  readonly hash: Uint8Array
  readonly principal: Principal | undefined
}

/** Who may call, as the records in the database say. What was read counts for a few seconds. */
export function createPrincipals(database: Database, clock: Clock, log: Log): Principals {
  const principals = new Remembered<Principal>(clock)
  const keys = new Remembered<KnownKey>(clock)
  const noteUse = createUseNotes(database, clock, log)
  let listens = false

  return {
    resolve: (id, tenant = 'main') => resolve(id, tenant),

    ofKey(text) {
      listen()
      const parsed = parseKeyText(text)
      if (!parsed) throw refused('it is no API key')
      const known = keys.get(JSON.stringify([parsed.tenant, parsed.id]), () => readKey(parsed))
      return isPromise(known) ? known.then((late) => check(late, parsed)) : check(known, parsed)
    },
  }

  function resolve(id: string, tenant: string): Maybe<Principal | undefined> {
    listen()
    return principals.get(JSON.stringify([tenant, id]), () => readPrincipal(id, tenant))
  }

  /** What a stranger learns about a key that is not theirs is nothing; why a right one is refused is told. */
  function check(known: KnownKey | undefined, { hash }: KeyText): Principal {
    if (!known || !isSameHash(known.hash, hash)) throw refused('there is no such API key')
    const { record, principal } = known
    if (record.revoked) throw refused('the API key was revoked')
    if (record.endsAt && record.endsAt.getTime() <= clock.now()) {
      throw refused(`the API key ended at ${record.endsAt.toISOString()}`)
    }
    if (!principal) throw refused('the principal of the API key is unknown or disabled')
    noteUse(known)
    return principal
  }

  function readKey({ id, tenant }: KeyText): Maybe<KnownKey | undefined> {
    return chain(database.read(KeyRecord.table, tenant, [id]), ([row]) => {
      if (!row) return undefined
      const record = KeyRecord.codec.decode(row) as RecordOf<typeof KeyRecord>
      return chain(resolve(record.principal, tenant), (principal) => knownKey(tenant, row, record, principal))
    })
  }

  function readPrincipal(id: string, tenant: string): Maybe<Principal | undefined> {
    return chain(database.read(PrincipalRecord.table, tenant, [id]), ([row]) => {
      if (!row) return undefined
      const { kind, roles, disabled } = PrincipalRecord.codec.decode(row) as RecordOf<typeof PrincipalRecord>
      if (disabled) return undefined
      return chain(database.read(RoleRecord.table, tenant, roles), (rows) => ({
        id,
        tenant,
        kind,
        permissions: [...new Set(rows.flatMap(permissionsOf))],
      }))
    })
  }

  /** Forgets what others changed as soon as they say so. Where nothing can be heard, what is remembered ends by itself. */
  function listen(): void {
    if (listens) return
    listens = true
    const forget = () => {
      principals.forgetAll()
      keys.forgetAll()
    }
    const trouble = (thrown: unknown) => {
      listens = false
      log.write('warning', 'changes of access are not heard at once', { reason: String((thrown as Error).message) })
    }
    try {
      const listening = database.notices.subscribe(accessTopic, forget, { missed: forget })
      // What was said before somebody listened was not heard.
      if (isPromise(listening)) listening.then(forget, trouble)
    } catch (thrown) {
      trouble(thrown)
    }
  }
}

function knownKey(
  tenant: string,
  [version]: Row,
  record: RecordOf<typeof KeyRecord>,
  principal: Principal | undefined,
): KnownKey {
  const { id, permissions: most } = record
  const hash = Buffer.from(record.hash, 'base64url')
  if (!principal) return { tenant, record, version, hash, principal }
  const permissions = most ? commonPermissions(principal.permissions, most) : principal.permissions
  return { tenant, record, version, hash, principal: { ...principal, permissions, key: id } }
}

/** A role that is gone gives nothing. */
const permissionsOf = (row: Row | undefined): readonly string[] =>
  row ? (RoleRecord.codec.decode(row) as RecordOf<typeof RoleRecord>).permissions : []

const refused = (because: string) => systemFailure('InvalidCredentials', { because })
