import type { Call, Each, Expression, Field, Index, Operation } from '../expression.ts'
import type { ExpressionError } from '../expression-error.ts'
import { takings } from '../functions/define.ts'
import { expressionFunctions, functionOf } from '../functions/table.ts'
import { formatExpression } from '../text/format.ts'
import { type Span, spanOf } from '../text/spans.ts'
import { literalType } from '../types/literal-type.ts'
import { nearest } from '../types/nearest.ts'
import { typeText } from '../types/type-text.ts'
import { mayBeNull, optionsOf, orNull, unionOf } from '../types/union-of.ts'
import type { ScopeTypes, ValueType } from '../types/value-type.ts'
import { narrow } from './narrow.ts'
import { knownWhereNotTrue, knownWhereTrue } from './not-null.ts'
import { operationHint } from './operation-hint.ts'
import { operationType } from './operation-type.ts'

const unknown: ValueType = { kind: 'unknown' }
const boolean: ValueType = { kind: 'boolean' }

type Details = Pick<ExpressionError, 'expected' | 'found' | 'suggestion'>

/** Finds the types of all nodes, and goes on behind an error with `unknown`, so that one mistake is told once. */
export class Checker {
  readonly errors: ExpressionError[] = []

  typeOf(node: Expression, scope: ScopeTypes): ValueType {
    switch (node.kind) {
      case 'literal':
        return literalType(node.value)
      case 'root':
        return this.root(node, node.name, scope)
      case 'field':
        return this.field(node, this.typeOf(node.of, scope))
      case 'index':
        return this.index(node, this.typeOf(node.of, scope), this.typeOf(node.at, scope))
      case 'operation':
        return this.operation(node, this.typeOf(node.left, scope), this.typeOf(node.right, besideLeft(node, scope)))
      case 'choice': {
        this.condition(node.condition, this.typeOf(node.condition, scope))
        const then = this.typeOf(node.then, narrow(scope, knownWhereTrue(node.condition)))
        return unionOf([then, this.typeOf(node.otherwise, narrow(scope, knownWhereNotTrue(node.condition)))])
      }
      case 'call':
        return this.call(
          node,
          node.args.map((arg) => this.typeOf(arg, scope)),
        )
      case 'each':
        return this.each(node, scope)
      case 'list':
        return { kind: 'list', items: unionOf(node.items.map((item) => this.typeOf(item, scope))) }
      case 'record': {
        const fields = node.fields.map(({ name, value }) => [name, { type: this.typeOf(value, scope) }] as const)
        return { kind: 'record', fields: Object.fromEntries(fields) }
      }
    }
  }

  private root(node: Expression, name: string, scope: ScopeTypes): ValueType {
    const type = Object.hasOwn(scope, name) ? scope[name] : undefined
    if (type !== undefined) return type
    const names = Object.keys(scope)
    const all = names.length === 0 ? 'nothing' : names.join(', ')
    return this.refuse(`There is no "${name}" here; there is ${all}`, placeOf(node), {
      found: name,
      suggestion: nearest(name, names) ?? fieldOfIt(name, scope),
    })
  }

  private field(node: Field, of: ValueType): ValueType {
    const options = optionsOf(of)
    const types = options.map((option) => fieldType(option, node.name))
    const found = types.filter((type) => type !== undefined)
    if (found.length > 0) return orNull(unionOf(found), found.length < options.length || mayBeNull(of))
    if (options.length === 0) return { kind: 'null' }
    const place = nameOf(node)
    if (!options.some(hasFields)) {
      const suggestion = of.kind === 'list' ? `.map(x, x.${node.name})` : undefined
      return this.refuse(`${sentence(typeText(of))} has no fields`, place, {
        expected: 'a record',
        found: typeText(of),
        suggestion,
      })
    }
    const names = options.flatMap((option) => (option.kind === 'record' ? Object.keys(option.fields) : []))
    const suggestion = nearest(node.name, names)
    if (node.of.kind === 'root' && node.of.name === 'steps') {
      const expected = names.length > 0 && suggestion === undefined ? `one of ${names.join(', ')}` : undefined
      return this.refuse(`There is no step "${node.name}" before this one`, place, { expected, suggestion })
    }
    const among = suggestion === undefined ? ` in ${typeText(of)}` : ''
    return this.refuse(`There is no field "${node.name}"${among}`, place, {
      expected: names.length === 0 ? 'no field' : `one of ${[...new Set(names)].join(', ')}`,
      found: node.name,
      suggestion,
    })
  }

  private index(node: Index, of: ValueType, at: ValueType): ValueType {
    const results = optionsOf(of).flatMap((option) => {
      const found = optionsOf(at).map((position) => elementType(option, position))
      return found.every((type) => type !== undefined) ? found : [undefined]
    })
    if (results.every((type) => type !== undefined)) return orNull(unionOf(results))
    const isList = of.kind === 'list'
    return this.refuse(`${sentence(typeText(of))} has no elements by ${typeText(at)}`, placeOf(node.at), {
      expected: isList ? 'a whole number' : 'a list or a record',
      found: typeText(isList ? at : of),
    })
  }

  private operation(node: Operation, left: ValueType, right: ValueType): ValueType {
    const type = operationType(node.operator, left, right)
    if (type === undefined) {
      const { message, ...details } = operationHint(node, left, right)
      return this.refuse(message, placeOf(node), details)
    }
    const isDivision = node.operator === '/' || node.operator === '%'
    if (!isDivision || type.kind === 'unknown') return type
    return orNull(type, !isSurelyNotZero(node.right))
  }

  /** What decides has to be true or false, or null, which decides as false does. */
  private condition(node: Expression, type: ValueType): void {
    if (optionsOf(type).every(({ kind }) => kind === 'boolean' || kind === 'unknown')) return
    const isNumber = optionsOf(type).every(({ kind }) => kind === 'int' || kind === 'number')
    this.refuse(`A condition is true or false, this is ${typeText(type)}`, placeOf(node), {
      expected: 'boolean',
      found: typeText(type),
      suggestion: `${formatExpression(node)} ${isNumber ? '!= 0' : '!= null'}`,
    })
  }

  private call(node: Call, args: readonly ValueType[]): ValueType {
    const called = functionOf(node.function)
    if (called === undefined) {
      if (node.function === 'now') {
        const message =
          'There is no function "now": an expression gives the same each time, so a command tells the time'
        return this.refuse(message, nameOf(node), { found: 'now' })
      }
      return this.refuse(`There is no function "${node.function}"`, nameOf(node), {
        found: node.function,
        suggestion: nearest(node.function, [
          ...expressionFunctions.map(({ name }) => name),
          'map',
          'filter',
          'all',
          'exists',
          'exists_one',
          'has',
        ]),
      })
    }
    const { takes, optional, repeats } = called
    if (args.length < takes.length - optional || (!repeats && args.length > takes.length)) {
      const expected = `${repeats ? 'at least ' : ''}${takes.length - optional}${optional > 0 ? ` to ${takes.length}` : ''}`
      const message = `${called.name}(${takes.join(', ')}) takes ${expected}, not ${args.length}`
      return this.refuse(message, placeOf(node), { expected, found: `${args.length}` })
    }
    const before = this.errors.length
    for (const [index, type] of args.entries()) {
      const taken = takes[Math.min(index, takes.length - 1)]!
      const isTaken = optionsOf(type).every((option) => option.kind === 'unknown' || takings[taken].type(option))
      if (isTaken) continue
      const suggestion = taken === 'string' ? `string(${formatExpression(node.args[index]!)})` : undefined
      this.refuse(`${called.name} takes ${taken} here, not ${typeText(type)}`, placeOf(node.args[index]!), {
        expected: taken,
        found: typeText(type),
        suggestion,
      })
    }
    if (this.errors.length > before) return unknown
    const values = node.args.map((arg) => (arg.kind === 'literal' ? arg.value : undefined))
    const reason = called.refuses(values)
    if (reason !== undefined) return this.refuse(`${called.name}: ${reason}`, placeOf(node))
    const isCertain = !values.includes(undefined) && called.run(...values) !== null
    return orNull(called.gives(args), called.mayFail && !isCertain)
  }

  private each(node: Each, scope: ScopeTypes): ValueType {
    const list = this.typeOf(node.list, scope)
    const options = optionsOf(list)
    const isList = options.every(({ kind }) => kind === 'list' || kind === 'unknown')
    if (!isList) {
      this.refuse(`${node.function} goes over a list, this is ${typeText(list)}`, placeOf(node.list), {
        expected: 'a list',
        found: typeText(list),
      })
    }
    const items = isList ? unionOf(options.map((option) => (option.kind === 'list' ? option.items : unknown))) : unknown
    const inner = { ...scope, [node.variable]: items }
    const body = this.typeOf(node.body, inner)
    if (node.function === 'map') return orNull({ kind: 'list', items: body }, mayBeNull(list))
    this.condition(node.body, body)
    if (node.function === 'filter') {
      const kept = narrow(inner, knownWhereTrue(node.body))[node.variable]!
      return orNull({ kind: 'list', items: kept }, mayBeNull(list))
    }
    return orNull(boolean, mayBeNull(list) || mayBeNull(body))
  }

  private refuse(message: string, { offset, length }: Span, { suggestion, ...details }: Details = {}): ValueType {
    const hint = suggestion === undefined ? '' : `; did you mean ${suggestion}?`
    this.errors.push({
      message: message + hint,
      offset,
      length,
      ...details,
      ...(suggestion !== undefined && { suggestion }),
    })
    return unknown
  }
}

/** The scope of the right side: whoever asks for it knows that the left side did not decide already. */
function besideLeft({ operator, left }: Operation, scope: ScopeTypes): ScopeTypes {
  if (operator === '&&') return narrow(scope, knownWhereTrue(left))
  return operator === '||' ? narrow(scope, knownWhereNotTrue(left)) : scope
}

/** A number that is written down: 3, or decimal("1.19"). */
function isSurelyNotZero(node: Expression): boolean {
  if (node.kind === 'literal') return node.value !== 0
  if (node.kind !== 'call' || (node.function !== 'decimal' && node.function !== 'int64')) return false
  const [of] = node.args
  return of?.kind === 'literal' && Number(of.value) !== 0
}

const placeOf = (node: Expression): Span => spanOf(node) ?? { offset: 0, length: formatExpression(node).length }

const nameOf = (node: Expression): Span => spanOf(node)?.name ?? placeOf(node)

const hasFields = ({ kind }: ValueType): boolean => kind === 'record' || kind === 'map' || kind === 'unknown'

/** The type of a field of a type that is no union; nothing where there is none. */
function fieldType(of: ValueType, name: string): ValueType | undefined {
  if (of.kind === 'unknown') return unknown
  if (of.kind === 'map') return orNull(of.values)
  if (of.kind !== 'record') return undefined
  const field = Object.hasOwn(of.fields, name) ? of.fields[name] : undefined
  if (field === undefined) return of.open === true ? unknown : undefined
  return orNull(field.type, field.optional === true)
}

function elementType(of: ValueType, at: ValueType): ValueType | undefined {
  if (of.kind === 'unknown' || at.kind === 'unknown') return unknown
  const isNumber = at.kind === 'int' || at.kind === 'number' || at.kind === 'int64'
  if (of.kind === 'list') return isNumber ? of.items : undefined
  if (at.kind !== 'string') return undefined
  if (of.kind === 'map') return of.values
  if (of.kind !== 'record' || of.open === true) return of.kind === 'record' ? unknown : undefined
  return unionOf(Object.values(of.fields).map(({ type }) => type))
}

/** The way to what is a field of `it` and was written without it. */
function fieldOfIt(name: string, { it }: ScopeTypes): string | undefined {
  return it?.kind === 'record' && Object.hasOwn(it.fields, name) ? `it.${name}` : undefined
}

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
