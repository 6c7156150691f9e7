/**
 * An expression as data: what every text (CEL now) parses into. It is plain JSON without positions, so that two
 * texts that mean the same are equal; `spanOf` tells where a node stood in the text that it was parsed from.
 */
export type Expression = Literal | Root | Field | Index | Operation | Choice | Call | Each | ListOf | RecordOf

/** A value that is written down. A number is a double, as in JSON. */
export interface Literal {
  readonly kind: 'literal'
  readonly value: null | boolean | number | string
}

/** A name of the scope: `it`, `parameters`, or the variable of an `Each`. */
export interface Root {
  readonly kind: 'root'
  readonly name: string
}

/** A field of a record: `it.delay`. */
export interface Field {
  readonly kind: 'field'
  readonly of: Expression
  readonly name: string
}

/** An element of a list by its position from 0, or of a record by a name that is computed: `it[0]`. */
export interface Index {
  readonly kind: 'index'
  readonly of: Expression
  readonly at: Expression
}

/** The operators that stand between two operands. */
export type BinaryOperator = '||' | '&&' | '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | '+' | '-' | '*' | '/' | '%'

/** `left operator right`. */
export interface Operation {
  readonly kind: 'operation'
  readonly operator: BinaryOperator
  readonly left: Expression
  readonly right: Expression
}

/** `condition ? then : otherwise`. Where the condition is not true, `otherwise`. */
export interface Choice {
  readonly kind: 'choice'
  readonly condition: Expression
  readonly then: Expression
  readonly otherwise: Expression
}

/** A function of the language. `not` is written `!x`, `negate` is written `-x`, and `isNull` is written `x == null`. */
export interface Call {
  readonly kind: 'call'
  readonly function: string
  readonly args: readonly Expression[]
}

/** What is asked of, or made from, each element of a list. */
export type EachFunction = 'all' | 'exists' | 'exists_one' | 'filter' | 'map'

/** `list.map(x, body)`: the body is evaluated for each element, under the name of the variable. */
export interface Each {
  readonly kind: 'each'
  readonly function: EachFunction
  readonly list: Expression
  readonly variable: string
  readonly body: Expression
}

/** `[a, b]`. */
export interface ListOf {
  readonly kind: 'list'
  readonly items: readonly Expression[]
}

/** `{"a": x}`: the names are known, only the values are computed. A name stands once. */
export interface RecordOf {
  readonly kind: 'record'
  readonly fields: readonly RecordField[]
}

/** A named value of a record. */
export interface RecordField {
  readonly name: string
  readonly value: Expression
}
