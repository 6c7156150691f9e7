import { type Clock, Defect, type Maybe, type Port, type PortScope, systemFailure } from '@heddle/core'
import type { AnyEntity, Entity } from '../entity/entity.ts'
import { changeText } from '../migration/change.ts'
import type { AnyRepositoryPort } from '../autocrud/autocrud.ts'
import { type KnowsWays, type Ways, waysAmong } from '../depth/ways.ts'
import { diffTarget } from '../migration/diff.ts'
import { entityTarget } from '../migration/entity-target.ts'
import type { Path, Paths } from '../repository/associations.ts'
import { type AnyRepository, repository } from '../repository/repository.ts'
import { systemTenant } from '../system/entities.ts'
import { findRecords, putWrite } from '../system/records.ts'
import { dataUnit } from '../unit/data-unit.ts'
import type { DataUnit } from '../unit/data-unit.ts'
import { DefinitionRecord } from './definition-record.ts'
import { type EntityData, entityFromData } from './entity-data.ts'
import type { Patterns } from './field-data.ts'

/** What a definition came to. */
export type Defined = { readonly changes: readonly string[] } | { readonly refused: readonly string[] }

/** Entities that are data: their definitions lie in the database, and so do their records. */
export class Definitions {
  readonly #unit: DataUnit
  readonly #scope: PortScope
  readonly #own: readonly AnyEntity[]

  /** @param own entities of the app to which definitions may refer */
  constructor(scope: PortScope, own: readonly AnyEntity[]) {
    this.#scope = scope
    this.#own = own
    this.#unit = dataUnit(scope, 'entities defined at run time')
  }

  async list(): Promise<readonly EntityData[]> {
    const records = await findRecords(this.#unit.database, DefinitionRecord, systemTenant)
    return records.map(({ definition }) => definition as EntityData)
  }

  /**
   * The records of an entity that was defined.
   *
   * @throws {Failure} NotFound
   */
  async repositoryOf(name: string): Promise<{ readonly entity: AnyEntity; readonly repository: AnyRepository }> {
    const entity = await this.#entityOf(name)
    if (!entity) throw systemFailure('NotFound', { entity: 'entity', key: name }, { path: ['entity'] })
    const port = repository(entity as Entity<never, never, never, never>)
    return { entity, repository: port.bind!(this.#scope) as unknown as AnyRepository }
  }

  /** The ways among the records of all that was defined: references, and lists back along them. */
  async ways(): Promise<Ways> {
    const known: KnowsWays[] = []
    for (const data of await this.list()) {
      const paths = await this.#listsOf(data)
      known.push({ entity: (await this.#entityOf(data.name))!, paths: () => paths })
    }
    return waysAmong(known)
  }

  /** Whether users defined an entity; what is loaded along ways ends where the app's own begin. */
  isDefined({ name }: AnyEntity): boolean {
    return !this.#own.some((entity) => entity.name === name)
  }

  /** The records behind a port that no command could have declared. */
  use(port: AnyRepositoryPort): unknown {
    return port.bind!(this.#scope)
  }

  /** A repository that knows the ways on from its records. */
  along(entity: AnyEntity, ways: Ways): AnyRepository {
    const port = repository(entity as Entity<never, never, never, never>, ways(entity))
    return port.bind!(this.#scope) as unknown as AnyRepository
  }

  /**
   * Writes a definition and makes the tables fit, in one transaction of its own: at once, whatever becomes of the call.
   * What would lose or has to convert records is refused.
   *
   * @throws {Defect} InvalidDefinition
   */
  async define(data: EntityData, clock: Clock): Promise<Defined> {
    const { catalog, database } = this.#unit
    const found = catalog.get(data.name)
    if (found && !(await this.#stored(data.name))) {
      throw new Defect('InvalidDefinition', { name: `entity ${data.name}`, reason: 'the app has one of this name' })
    }
    const entity = entityFromData(data, await this.#finder(data), await patternsOf(data))
    await this.#listsOf(data, entity)
    const schema = await catalog.schema.renewed()
    // What a field held stays where it is until a migration removes it.
    const differences = diffTarget(schema.tables, entityTarget(entity)).filter(
      ({ change }) => change.change !== 'removeColumn',
    )
    const refused = differences.filter(({ additive }) => !additive)
    if (refused.length > 0)
      return { refused: refused.map(({ change, refused: reason }) => reason ?? changeText(change)) }
    const changes = differences.map(({ change }) => change)
    const record = { name: data.name, definition: data, at: new Date(clock.now()) }
    await schema.change(changes, [putWrite(DefinitionRecord, record)])
    await this.#entityOf(data.name, database)
    return { changes: changes.map(changeText) }
  }

  /** Takes every definition in, so that references among them are known. */
  async adoptAll(): Promise<void> {
    for (const { name } of await this.list()) await this.#entityOf(name)
  }

  #stored(name: string, database = this.#unit.database): Maybe<{ version: number; data: EntityData } | undefined> {
    const rows = database.read(DefinitionRecord.table, systemTenant, [name])
    return Promise.resolve(rows).then(([row]) => {
      const record = row && (DefinitionRecord.codec.decode(row) as { definition: EntityData })
      return row && record && { version: row[0], data: record.definition }
    })
  }

  /** The entity as it is defined now; one that did not change is not made again. */
  async #entityOf(name: string, database = this.#unit.database): Promise<AnyEntity | undefined> {
    const { catalog } = this.#unit
    const stored = await this.#stored(name, database)
    if (!stored) return undefined
    const known = catalog.get(name)
    if (known && catalog.versionOf(name) === stored.version) return known
    const entity = entityFromData(stored.data, await this.#finder(stored.data), await patternsOf(stored.data))
    catalog.add(entity, stored.version)
    return entity
  }

  /**
   * The lists of a definition.
   *
   * @throws {Defect} InvalidDefinition where nothing leads back
   */
  async #listsOf({ name, lists = {} }: EntityData, self?: AnyEntity): Promise<Paths> {
    const paths: Record<string, Path> = {}
    for (const [list, { of, by }] of Object.entries(lists)) {
      const refuse = (reason: string) =>
        new Defect('InvalidDefinition', { name: `the list "${list}" of ${name}`, reason })
      const target = of === name && self ? self : await this.#entityOf(of)
      if (!target) throw refuse(`there is no entity "${of}" that was defined`)
      const reference = target.references.find(({ field }) => field === by)
      if (reference?.target.name !== name) throw refuse(`the field "${by}" of ${of} does not refer to ${name}`)
      if (self && Object.hasOwn(self.fields, list)) throw refuse('there is a field of this name')
      paths[list] = { kind: 'many', target, field: by, paths: () => ({}) }
    }
    return paths
  }

  /** Looks up what the references of a definition name. */
  async #finder({ name, fields }: EntityData): Promise<(wanted: string) => AnyEntity | undefined> {
    const found = new Map<string, AnyEntity | undefined>()
    for (const { to } of Object.values(fields)) {
      if (to === undefined || to === name || found.has(to)) continue
      found.set(to, (await this.#entityOf(to)) ?? this.#own.find((entity) => entity.name === to))
    }
    return (wanted) => found.get(wanted)
  }
}

/** The port of the definitions, for the commands on them. */
export const definitionsPort = (own: readonly AnyEntity[]): Port<Definitions> => ({
  kind: 'port',
  name: 'heddle.Definitions',
  external: false,
  failures: ['ConstraintBroken', 'MissingReference', 'StillReferenced', 'VersionOutdated'],
  bind: (scope) => new Definitions(scope, own),
})

/** Who may define entities may not keep the process busy by a pattern. What runs them is only loaded where there are some. */
async function patternsOf({ fields }: EntityData): Promise<Patterns | undefined> {
  if (Object.values(fields).every(({ pattern }) => pattern === undefined)) return undefined
  const { linearPattern } = await import('@heddle/core/patterns')
  return (source) => linearPattern(source, 'run')
}
