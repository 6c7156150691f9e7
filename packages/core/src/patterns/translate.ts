import { type AST, RegExpParser } from '@eslint-community/regexpp'

/** Thrown inside for what has no counterpart. */
class Untold extends Error {}

/**
 * Says a regular expression of ECMAScript in the language of RE2, as `u` reads it, so that characters beyond 16 bits are whole.
 *
 * @returns undefined for what cannot be said there (looking around, references back), and for what is no regular expression
 */
export function translate(source: string): string | undefined {
  const pattern = parsed(source, true) ?? parsed(source, false)
  if (!pattern) return undefined
  try {
    return anyOf(pattern.alternatives)
  } catch (thrown) {
    // One that is nested too deeply for the stack is told by nobody either.
    if (thrown instanceof Untold || thrown instanceof RangeError) return undefined
    throw thrown
  }
}

function parsed(source: string, unicode: boolean): AST.Pattern | undefined {
  try {
    return new RegExpParser().parsePattern(source, 0, source.length, { unicode })
  } catch {
    return undefined
  }
}

const anyOf = (alternatives: readonly AST.Alternative[]): string =>
  alternatives.map(({ elements }) => elements.map(element).join('')).join('|')

function element(node: AST.Element): string {
  switch (node.type) {
    case 'Character':
      return codePoint(node.value)
    case 'CharacterSet':
      return `[${inClass(node)}]`
    case 'CharacterClass':
      return characterClass(node)
    case 'Group':
      if (node.modifiers) throw new Untold()
      return `(?:${anyOf(node.alternatives)})`
    case 'CapturingGroup':
      return `(?:${anyOf(node.alternatives)})`
    case 'Quantifier':
      return quantified(node)
    case 'Assertion':
      return assertion(node)
    default:
      throw new Untold()
  }
}

function quantified({ element: of, min, max }: AST.Quantifier): string {
  if (of.type === 'Assertion') throw new Untold()
  // Whether it is greedy makes no difference to whether there is a match.
  return `(?:${element(of)}){${min},${max === Infinity ? '' : max}}`
}

function assertion(node: AST.Assertion): string {
  switch (node.kind) {
    case 'start':
      return String.raw`\A`
    case 'end':
      return String.raw`\z`
    case 'word':
      return node.negate ? String.raw`\B` : String.raw`\b`
    default:
      throw new Untold()
  }
}

function characterClass({ negate, elements }: AST.CharacterClass): string {
  // `[]` matches nothing and `[^]` anything; RE2 has no empty class.
  if (elements.length === 0) return negate ? anything : `[^${everything}]`
  return `[${negate ? '^' : ''}${elements.map(inClass).join('')}]`
}

const everything = String.raw`\x{0}-\x{10FFFF}`
const anything = `[${everything}]`
const lineEnds = ['\n', '\r', '\u2028', '\u2029']
/** What `\s` is in ECMAScript: RE2 knows only five of them. */
const spaces = String.raw`\x{9}-\x{D}\x{20}\x{A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}\x{FEFF}`
const noSpaces = String.raw`\x{0}-\x{8}\x{E}-\x{1F}\x{21}-\x{9F}\x{A1}-\x{167F}\x{1681}-\x{1FFF}\x{200B}-\x{2027}\x{202A}-\x{202E}\x{2030}-\x{205E}\x{2060}-\x{2FFF}\x{3001}-\x{FEFE}\x{FF00}-\x{10FFFF}`

function inClass(node: AST.CharacterClassElement | AST.CharacterSet): string {
  switch (node.type) {
    case 'Character':
      return codePoint(node.value)
    case 'CharacterClassRange':
      return `${codePoint(node.min.value)}-${codePoint(node.max.value)}`
    case 'CharacterSet':
      return characterSet(node)
    default:
      throw new Untold()
  }
}

function characterSet(node: AST.CharacterSet): string {
  switch (node.kind) {
    case 'any':
      return `^${lineEnds.map((sign) => codePoint(sign.codePointAt(0)!)).join('')}`
    case 'digit':
      return node.negate ? String.raw`\D` : String.raw`\d`
    case 'word':
      return node.negate ? String.raw`\W` : String.raw`\w`
    case 'space':
      return node.negate ? noSpaces : spaces
    default:
      return property(node)
  }
}

/** General categories by their short names are the same in both; scripts and other properties may not be. */
function property({ key, value, negate }: AST.UnicodePropertyCharacterSet): string {
  const category = value === null ? key : key === 'General_Category' || key === 'gc' ? value : undefined
  if (category === undefined || !/^[CLMNPSZ][a-z]?$/.test(category)) throw new Untold()
  return `\\${negate ? 'P' : 'p'}{${category}}`
}

const codePoint = (value: number): string => String.raw`\x{${value.toString(16).toUpperCase()}}`
