import { Defect } from '@heddle/core'
import type { AnyEntity } from '../entity/entity.ts'
import type { Many, One, Typed } from '../entity/types.ts'

/** A way from records to others, at run time. */
export interface Path {
  /** `one`: our field holds their key. `many`, `first`: their field holds ours. `through`: a joining entity holds both. */
  readonly kind: 'one' | 'many' | 'first' | 'through'
  readonly target: AnyEntity
  readonly field: string
  readonly through?: { readonly entity: AnyEntity; readonly to: string }
  /** The ways that go on from there. */
  readonly paths: () => Paths
}

/** Ways by name. */
export type Paths = Readonly<Record<string, Path>>

/** A declared way, with the type of what it leads to. */
export interface Association<P> extends Path {
  /** Carries types only. */
  readonly leadsTo?: P
}

/** The associations of a repository. */
export type Associations = Readonly<Record<string, Path>>

/** The paths that associations open. */
export type PathsOf<A> = { readonly [N in keyof A]: A[N] extends Association<infer P> ? P : never }

/** An entity, or a repository with associations of its own. */
export type Target<Rec, P, New = never> = Typed<Rec, P, New> &
  (AnyEntity | { readonly entity: AnyEntity; readonly paths: () => Paths })

/**
 * The records that refer to this one by a field.
 *
 * @example repository(Order, { items: hasMany(Items, 'order') })
 */
export function hasMany<Rec, P, New, const By extends keyof Rec & string>(
  target: Target<Rec, P, New>,
  by: By,
): Association<Many<Rec, P, Omit<New, By>>> {
  return referringBy('many', target, by)
}

/**
 * The one record that refers to this one by a field; where there are several, the first by key.
 *
 * @example repository(Customer, { profile: hasOne(Profile, 'customer') })
 */
export function hasOne<Rec, P, const By extends keyof Rec & string>(
  target: Target<Rec, P>,
  by: By,
): Association<One<Rec, P, true>> {
  return referringBy('first', target, by)
}

/**
 * The record to which one of our fields refers. A `ref` opens this way by itself; this is for `{ to: 'self' }`, and for
 * going on by the associations of a repository.
 *
 * @example repository(Employee, { boss: belongsTo(Employee, 'manager') })
 */
export function belongsTo<Rec, P>(target: Target<Rec, P>, field: string): Association<One<Rec, P, true>> {
  return { kind: 'one', target: entityOf(target), field, paths: pathsOf(target) }
}

/**
 * The records that a joining entity connects with this one.
 *
 * @example repository(Student, { courses: manyToMany(Course, { through: Enrolment, from: 'student', to: 'course' }) })
 */
export function manyToMany<Rec, P, Joining>(
  target: Target<Rec, P>,
  joined: {
    readonly through: Target<Joining, unknown>
    readonly from: keyof Joining & string
    readonly to: keyof Joining & string
  },
): Association<Many<Rec, P>> {
  const entity = entityOf(joined.through)
  assertField(entity, joined.from)
  assertField(entity, joined.to)
  const through = { entity, to: joined.to }
  return { kind: 'through', target: entityOf(target), field: joined.from, through, paths: pathsOf(target) }
}

/** The ways that the references of an entity open. */
export const referencePaths = ({ references }: AnyEntity): Paths =>
  Object.fromEntries(
    references.map(({ field, target }) => [field, { kind: 'one', target, field, paths: () => referencePaths(target) }]),
  )

function referringBy(kind: 'many' | 'first', target: Target<unknown, unknown>, by: string): Path {
  const entity = entityOf(target)
  assertField(entity, by)
  return { kind, target: entity, field: by, paths: pathsOf(target) }
}

function assertField({ name, table }: AnyEntity, field: string): void {
  if (table.columns.some((column) => column.name === field && column.kind !== 'json')) return
  throw new Defect('InvalidDefinition', { name: `an association to ${name}`, reason: `there is no field "${field}"` })
}

const entityOf = (target: Target<unknown, unknown>): AnyEntity => ('entity' in target ? target.entity : target)

const pathsOf = (target: Target<unknown, unknown>): (() => Paths) =>
  'entity' in target ? target.paths : () => referencePaths(target)
