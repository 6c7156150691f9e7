/** The words of a name: `bank.TransferMoney` has three, and so have `x-request-id` and `HTTPStatusCode`. */
const wordsOf = (name: string): string[] =>
  name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .split(/[^A-Za-z\d]+|\s+/)
    .filter((word) => word !== '')

const upper = (word: string) => word.charAt(0).toUpperCase() + word.slice(1)

/** A name as a type is called: `transfer-money` → `TransferMoney`. */
export function pascalCase(name: string): string {
  const joined = wordsOf(name).map(upper).join('')
  return /^\d/.test(joined) || joined === '' ? `N${joined}` : joined
}

/** A name as a value is called: `TransferMoney` → `transferMoney`. What the language reserves gets a line below it. */
export function camelCase(name: string): string {
  const [first = 'n', ...rest] = wordsOf(name)
  const joined = first.toLowerCase() + rest.map(upper).join('')
  const safe = /^\d/.test(joined) ? `n${joined}` : joined
  return reserved.has(safe) ? `${safe}_` : safe
}

/** A name as a file is called: `bankAccounts` → `bank-accounts`. */
export const kebabCase = (name: string): string => wordsOf(name).join('-').toLowerCase()

/** A field as it stands in a type: quoted where it is no word. */
export const fieldName = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name))

/** A text as source code, in single quotes. */
export const quoted = (text: string): string =>
  `'${JSON.stringify(text)
    .slice(1, -1)
    .replaceAll('\\"', '"')
    .replaceAll("'", "\\'")
    .replaceAll(/[\u2028\u2029]/g, unicode)}'`

const unicode = (letter: string) => `\\u${letter.charCodeAt(0).toString(16)}`

const reserved = new Set(
  (
    'arguments await exports globalThis require break case catch class const continue debugger default delete do else enum eval export extends false finally ' +
    'for function if implements import in instanceof interface let new null package private protected public return static ' +
    'super switch this throw true try typeof undefined var void while with yield'
  ).split(' '),
)
