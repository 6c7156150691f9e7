import { decryptText, encryptText, keyIdOf, type Ports } from '@heddle/core'
import type { Key, Row, Table, Value } from '../database/table.ts'
import { encryptedColumns } from './encrypted-columns.ts'

/** The events of all tenants are rows of the system; their own tenant and id are columns. */
const eventTables: ReadonlySet<string> = new Set(['heddle.Event', 'heddle.StreamEvent'])
const [tenantIndex, idIndex] = [1, 2]

/** Encrypts and decrypts values of rows. What is encrypted is bound to its row, so that it cannot be moved to another. */
export class Envelopes {
  readonly #ports: Pick<Ports, 'keys' | 'random'>

  constructor(ports: Pick<Ports, 'keys' | 'random'>) {
    this.#ports = ports
  }

  /**
   * The values of a row as they are written.
   *
   * @throws {Defect} InvalidConfig, when there are no keys
   */
  close(table: Table, tenant: string, values: readonly Value[]): readonly Value[] {
    const { keys, random } = this.#ports
    return this.#each(table, values, 0, (text) => encryptText(keys, random, text, placeOf(table, tenant, values)))
  }

  /**
   * A row as it is read. What was not encrypted stays as it is: JSON never begins like an envelope.
   *
   * @throws {Defect} Undecryptable
   */
  open(table: Table, tenant: string, row: Row): Row {
    const { keys } = this.#ports
    return this.#each(table, row, 1, (text) =>
      isEnvelope(text) ? decryptText(keys, text, placeOf(table, tenant, row.slice(1))) : text,
    ) as Row
  }

  /**
   * Id of the current key.
   *
   * @throws {Defect} InvalidConfig, when there are no keys
   */
  get key(): string {
    return this.#ports.keys.current().id
  }

  /** Whether something in a row is encrypted with another key than the current one, or not `always` where it has to be. */
  isOld(table: Table, row: Row, always: boolean): boolean {
    const { key } = this
    return encryptedColumns(table).some((column) => {
      const value = row[column + 1]
      if (typeof value !== 'string') return false
      const found = keyIdOf(value)
      return found === undefined ? always : found !== key
    })
  }

  #each<Values extends readonly Value[]>(
    table: Table,
    values: Values,
    offset: number,
    change: (text: string) => string,
  ): readonly Value[] {
    let changed: Value[] | undefined
    for (const column of encryptedColumns(table)) {
      const value = values[column + offset]
      if (typeof value !== 'string') continue
      changed ??= [...values]
      changed[column + offset] = change(value)
    }
    return changed ?? values
  }
}

const isEnvelope = (text: string) => text.startsWith('v1.')

/** For what a text is encrypted. No table or column stands in it, since both can be renamed. */
function placeOf(table: Table, tenant: string, values: readonly Value[]): string {
  if (eventTables.has(table.name)) return `event/${String(values[tenantIndex])}/${String(values[idIndex])}`
  const key = values[table.columns.findIndex(({ name }) => name === table.key)] as Key
  return `record/${tenant}/${key}`
}
