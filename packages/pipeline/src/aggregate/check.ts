import { Checker } from '../expression/check/checker.ts'
import { inOrder } from '../expression/expression-error.ts'
import { takings } from '../expression/functions/define.ts'
import {
  type CheckedExpression,
  type Expression,
  type ExpressionError,
  formatExpression,
  mayBeNull,
  orNull,
  parseExpression,
  type ScopeTypes,
  spanOf,
  typeText,
  unionOf,
  type ValueType,
} from '../expression/index.ts'
import { optionsOf } from '../expression/types/union-of.ts'
import type { AggregateFunction } from './aggregate-function.ts'
import { isKnownFunction, meantFunction, readCall } from './split.ts'
import { type Aggregates, usualAggregates } from './table.ts'

/** What an aggregate expression may read: of each record, and around the aggregates. */
export interface AggregateScope {
  readonly record: ScopeTypes
  readonly around: ScopeTypes
}

/**
 * The type of an aggregate expression, or everything that is wrong with it.
 *
 * @example checkAggregate('avg(it.delay)', { record: { it }, around: {} }) // number
 */
export function checkAggregate(
  text: string,
  scope: AggregateScope,
  aggregates: Aggregates = usualAggregates,
): CheckedExpression {
  const parsed = parseExpression(text)
  if (!parsed.ok) return parsed
  const checker = new AggregateChecker(scope, aggregates)
  const type = checker.typeOf(parsed.expression, scope.around)
  return checker.errors.length === 0 ? { ok: true, type } : { ok: false, errors: inOrder(checker.errors) }
}

type Call = Extract<Expression, { kind: 'call' }>

const unknown: ValueType = { kind: 'unknown' }

/** Types what stands around aggregates as it is, and what stands in one against a single record. */
class AggregateChecker extends Checker {
  readonly #scope: AggregateScope
  readonly #aggregates: Aggregates

  constructor(scope: AggregateScope, aggregates: Aggregates) {
    super()
    this.#scope = scope
    this.#aggregates = aggregates
  }

  override typeOf(node: Expression, scope: ScopeTypes): ValueType {
    if (node.kind === 'root' && !Object.hasOwn(scope, node.name) && Object.hasOwn(this.#scope.record, node.name)) {
      const suggestion = `last(${node.name === 'it' ? 'it.…' : node.name})`
      return this.#refuse(node, `There are many records here, so "${node.name}" stands in an aggregate`, {
        found: node.name,
        expected: `an aggregate, e.g. ${suggestion}`,
      })
    }
    if (node.kind !== 'call') return super.typeOf(node, scope)
    const called = this.#aggregates.get(node.function)
    if (called !== undefined) return this.#aggregate(node, called)
    if (isKnownFunction(node.function) || node.function === 'now') return super.typeOf(node, scope)
    const suggestion = meantFunction(node.function, this.#aggregates)
    const hint = suggestion === undefined ? '' : `; did you mean ${suggestion}?`
    const message = `There is no aggregate or function "${node.function}"${hint}`
    const details = { found: node.function, ...(suggestion !== undefined && { suggestion }) }
    return this.#refuse(node, message, details, true)
  }

  #aggregate(node: Call, called: AggregateFunction): ValueType {
    const before = this.errors.length
    const { args } = readCall(node, called, this.#aggregates, this.errors)
    if (this.errors.length > before) return unknown
    const taken = called.parameters.flatMap((parameter) => ('takes' in parameter ? [parameter.takes] : []))
    const types = args.map((arg, index) => this.#arg(arg, called.name, taken[index]!))
    if (this.errors.length > before) return unknown
    const known = types.map((type) => unionOf(optionsOf(type)))
    // Where everything is null there is nothing to make a value of.
    return orNull(called.gives(known), called.isCount !== true && types.some(mayBeNull))
  }

  /** The type of what an aggregate is given of each record. */
  #arg(arg: Expression, name: string, taken: keyof typeof takings): ValueType {
    const checker = new Checker()
    const type = checker.typeOf(arg, this.#scope.record)
    this.errors.push(...checker.errors)
    if (checker.errors.length > 0) return unknown
    const isTaken = optionsOf(type).every((option) => option.kind === 'unknown' || takings[taken].type(option))
    if (isTaken) return type
    const found = typeText(type)
    const suggestion = taken !== 'boolean' && type.kind === 'string' ? `double(${formatExpression(arg)})` : undefined
    const hint = suggestion === undefined ? '' : `; did you mean ${suggestion}?`
    return this.#refuse(arg, `${name} takes ${taken} here, not ${found}${hint}`, {
      expected: taken,
      found,
      ...(suggestion !== undefined && { suggestion }),
    })
  }

  #refuse(node: Expression, message: string, details: Partial<ExpressionError>, ofName = false): ValueType {
    const span = spanOf(node)
    const { offset, length } = (ofName ? span?.name : undefined) ?? span ?? { offset: 0, length: 1 }
    this.errors.push({ message, offset, length, ...details })
    return unknown
  }
}
