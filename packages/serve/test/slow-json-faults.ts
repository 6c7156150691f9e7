/**
 * What is wrong with a JSON text, found the slow and obvious way: every character is looked at once, every object is
 * kept as the list of its members, and each rule is one sentence over that. It shares no code with the decoder.
 */
export function slowFaults(text: string, maxDepth: number): string[] {
  try {
    JSON.parse(text)
  } catch {
    return ['MalformedInput']
  }
  const faults: string[] = []
  judge(readTree(text), [], maxDepth, faults)
  return faults
}

type Tree =
  | { kind: 'object'; members: { key: string; value: Tree }[] }
  | { kind: 'list'; elements: Tree[] }
  | { kind: 'string'; text: string }
  | { kind: 'number'; source: string }
  | { kind: 'word' }

function judge(tree: Tree, path: (string | number)[], maxDepth: number, faults: string[]): void {
  const say = (code: string, at = path) => faults.push(`${code} ${at.join('/')}`)
  if (tree.kind === 'object' || tree.kind === 'list') if (path.length >= maxDepth) return void say('TooDeep')
  if (tree.kind === 'string' && /\p{Surrogate}/u.test(tree.text)) say('LoneSurrogate')
  if (tree.kind === 'number') {
    const isIntended = /[eE]/.test(tree.source) && Number.isFinite(Number(tree.source))
    if (Math.abs(Number(tree.source)) >= 2 ** 53 && !isIntended) say('UnsafeInteger')
  }
  if (tree.kind === 'list')
    tree.elements.forEach((element, index) => judge(element, [...path, index], maxDepth, faults))
  if (tree.kind !== 'object') return
  tree.members.forEach(({ key, value }, index) => {
    const at = [...path, key.replaceAll(/\p{Surrogate}/gu, '\ufffd')]
    if (/\p{Surrogate}/u.test(key)) say('LoneSurrogate', at)
    if (key === '__proto__') say('ForbiddenKey', at)
    if (tree.members.slice(0, index).some((earlier) => earlier.key === key)) say('DuplicateKey', at)
    judge(value, at, maxDepth, faults)
  })
}

/** Reads a text of which `JSON.parse` has said that it is well-formed. */
function readTree(text: string): Tree {
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[-+.\w]+|[[\]{},:]/g) ?? []
  return read()

  function read(): Tree {
    const token = tokens.shift()!
    if (token === '[') return { kind: 'list', elements: list(']', read) }
    if (token === '{') return { kind: 'object', members: list('}', member) }
    if (token.startsWith('"')) return { kind: 'string', text: JSON.parse(token) as string }
    return /^[-\d]/.test(token) ? { kind: 'number', source: token } : { kind: 'word' }
  }
  function member() {
    const key = JSON.parse(tokens.shift()!) as string
    tokens.shift() // The colon.
    return { key, value: read() }
  }
  function list<Item>(end: string, next: () => Item): Item[] {
    const items: Item[] = []
    while (tokens[0] !== end) {
      items.push(next())
      if (tokens[0] === ',') tokens.shift()
    }
    tokens.shift()
    return items
  }
}
