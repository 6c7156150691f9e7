import type { Call, Each, Expression, Operation } from '../expression.ts'
import { eachFunctions } from '../run/each.ts'
import { elementAt, fieldOf, isPlainName, known } from '../run/fields.ts'
import { functionNamed } from '../run/interpret.ts'
import { operators } from '../run/operators.ts'
import type { Scope } from '../types/value-type.ts'
import { isSure, sureOf, typeTests } from './fast-path.ts'

/** Two operands that the text may name more than once: variables or literals, with what has to be done before. */
interface Operands {
  readonly setup: string
  readonly left: string
  readonly right: string
}

/** What a function is given by position, under plain names that are no letter with digits, and where all else is read from. */
export interface Over {
  readonly names: readonly string[]
  readonly others: Scope
}

/** What makes a number that is written down, which never changes: `decimal("12.50")`. */
const exactNumbers = new Set(['decimal', 'int64'])

const isName = (text: string): boolean => /^[a-z]\d+$/.test(text)

/**
 * Writes an expression as JavaScript. Where both sides of an operator are doubles, or both are texts, which is nearly
 * always, JavaScript's own operator stands in the text; all else calls what the interpreter calls too. A node is written
 * in two ways: as its value, and as whether that is true, where nobody asks for more.
 */
export class Emitter {
  /** What the text closes over, under the names `c0`, `c1` … */
  readonly constants: unknown[] = []
  private readonly roots = new Map<string, string>()
  private variables: ReadonlyMap<string, string> = new Map()
  private temporaries: string[] = []
  private count = 0
  private readonly over: Over | undefined

  /** @param over missing where the function has one parameter, `scope` */
  constructor(over?: Over) {
    this.over = over
  }

  /** The body of a function of `scope`. */
  body(expression: Expression, asks: 'value' | 'truth'): string {
    const text = asks === 'value' ? this.value(expression) : this.truth(expression)
    const roots = [...this.roots].map(([name, local]) => `const ${local} = ${this.given(name)};`)
    return [...roots, declared(this.temporaries), `return ${text};`].join('\n')
  }

  /** Where the value of a root comes from. */
  private given(name: string): string {
    if (this.over === undefined) return this.field('scope', name)
    if (this.over.names.includes(name)) return `${this.constant(known)}(${name})`
    return `${this.constant(fieldOf)}(${this.constant(this.over.others)}, ${JSON.stringify(name)})`
  }

  private value(node: Expression): string {
    switch (node.kind) {
      case 'literal':
        return sureText(node.value)
      case 'root':
        return this.root(node.name)
      case 'field':
        return this.field(this.value(node.of), node.name)
      case 'index':
        return `${this.constant(elementAt)}(${this.value(node.of)}, ${this.value(node.at)})`
      case 'operation':
        return this.operation(node)
      case 'choice':
        return `(${this.truth(node.condition)} ? ${this.value(node.then)} : ${this.value(node.otherwise)})`
      case 'call':
        return this.call(node)
      case 'each':
        return this.each(node)
      case 'list':
        return `[${node.items.map((item) => this.value(item)).join(', ')}]`
      case 'record':
        // A computed name, because "__proto__" in braces would be no field.
        return `({ ${node.fields.map(({ name, value }) => `[${JSON.stringify(name)}]: ${this.value(value)}`).join(', ')} })`
    }
  }

  /** Whether the value is true, as a JavaScript boolean. */
  private truth(node: Expression): string {
    if (node.kind === 'operation') {
      const { operator, left, right } = node
      if (operator === '&&' || operator === '||') return `(${this.truth(left)} ${operator} ${this.truth(right)})`
      if (sureOf(operator)?.gives === 'boolean') return this.operation(node, ' === true')
    }
    if (node.kind === 'choice') {
      return `(${this.truth(node.condition)} ? ${this.truth(node.then)} : ${this.truth(node.otherwise)})`
    }
    if (isCallOf(node, 'isNull')) return `(${this.value(node.args[0]!)} === null)`
    if (isCallOf(node, 'not')) {
      const [inner] = node.args as [Expression]
      if (isCallOf(inner, 'isNull')) return `(${this.value(inner.args[0]!)} !== null)`
      return `(${this.value(inner)} === false)`
    }
    return `(${this.value(node)} === true)`
  }

  private root(name: string): string {
    const variable = this.variables.get(name)
    if (variable !== undefined) return variable
    let local = this.roots.get(name)
    if (local === undefined) this.roots.set(name, (local = this.fresh('r')))
    return local
  }

  private field(of: string, name: string): string {
    if (!isPlainName(name)) return `${this.constant(fieldOf)}(${of}, ${JSON.stringify(name)})`
    const [setup, local] = this.named(of)
    const read = `typeof ${local} === "object" && ${local} !== null ? ${this.constant(known)}(${local}.${name}) : null`
    return `(${setup}${read})`
  }

  /** @param then what stands behind the call where the operands are no usual ones */
  private operation(node: Operation, then = ''): string {
    const { operator, left, right } = node
    const slow = this.constant(operators[operator])
    if (operator === '&&' || operator === '||') {
      const settled = operator === '||'
      const [setup, local] = this.named(this.value(left))
      return `(${setup}${local} === ${settled} ? ${settled} : ${slow}(${local}, ${this.value(right)}))`
    }
    const sure = sureOf(operator)
    if (sure === undefined) return `${slow}(${this.value(left)}, ${this.value(right)})`
    const { setup, left: a, right: b } = this.operands(left, right)
    const tests = typeTests(sure, left, right, a, b)
    if (tests === undefined) return `(${setup}${slow}(${a}, ${b})${then})`
    return `(${setup}${tests} ? ${a} ${sure.sign} ${b} : ${slow}(${a}, ${b})${then})`
  }

  private operands(left: Expression, right: Expression): Operands {
    const [before, a] = isSure(left) ? ['', this.value(left)] : this.named(this.value(left))
    const [between, b] = isSure(right) ? ['', this.value(right)] : this.named(this.value(right))
    return { setup: before + between, left: a, right: b }
  }

  /** A name for a text, with what gives it its value; a name stays as it is. */
  private named(text: string): readonly [setup: string, name: string] {
    if (isName(text) || text === 'scope') return ['', text]
    const name = this.fresh('t')
    this.temporaries.push(name)
    return [`${name} = ${text}, `, name]
  }

  private call(node: Call): string {
    if (isCallOf(node, 'isNull')) return `(${this.value(node.args[0]!)} === null)`
    const written = node.args.map((arg) => (arg.kind === 'literal' ? arg.value : undefined))
    if (exactNumbers.has(node.function) && !written.includes(undefined)) {
      return this.constant(functionNamed(node.function)(...written))
    }
    const args = node.args.map((arg) => this.value(arg))
    return `${this.constant(functionNamed(node.function))}(${args.join(', ')})`
  }

  private each(node: Each): string {
    const list = this.value(node.list)
    const [variables, temporaries] = [this.variables, this.temporaries]
    const variable = this.fresh('v')
    this.variables = new Map(variables).set(node.variable, variable)
    this.temporaries = []
    const body = this.value(node.body)
    const text = `(${variable}) => { ${declared(this.temporaries)} return ${body}; }`
    this.variables = variables
    this.temporaries = temporaries
    return `${this.constant(eachFunctions[node.function])}(${list}, ${text})`
  }

  private fresh(letter: string): string {
    return `${letter}${this.count++}`
  }

  private constant(value: unknown): string {
    const at = this.constants.indexOf(value)
    return `c${at === -1 ? this.constants.push(value) - 1 : at}`
  }
}

const declared = (names: readonly string[]): string => (names.length === 0 ? '' : `let ${names.join(', ')};`)

/** A literal; a negative number in parentheses, so that no two signs meet. */
const sureText = (value: null | boolean | number | string): string =>
  typeof value === 'number' && value < 0 ? `(${value})` : JSON.stringify(value)

function isCallOf<Name extends string>(node: Expression, name: Name): node is Call & { readonly function: Name } {
  return node.kind === 'call' && node.function === name && node.args.length === 1
}
