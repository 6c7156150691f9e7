import { Defect, type Port } from '@heddle/core'
import { repository } from '../repository/repository.ts'
import { dataUnit } from '../unit/data-unit.ts'
import { CallRecord, WholeCallRecord } from './call-record.ts'

/** The calls of the tenant. A system table: it is there before the app's entities and no part of it. */
const port = repository(CallRecord)
export const Calls: typeof port = { ...port, part: undefined }

/** The whole inputs of calls. */
export const CallSecrets: Port<{ inputOf(id: string): Promise<unknown> }> = {
  kind: 'port',
  name: 'heddle.CallSecrets',
  external: false,
  bind(scope) {
    const { database, tenant } = dataUnit(scope, 'heddle.CallSecrets')
    return {
      async inputOf(id) {
        const { table, codec } = WholeCallRecord
        const [row] = await database.read(table, tenant, [id])
        const secret = row && codec.decode(row)['secret']
        if (secret !== undefined) return secret
        const reason =
          'there were no keys in HEDDLE_KEYS to encrypt it when the call was made, or nothing in it is marked'
        throw new Defect('Undecryptable', { place: `the input of the call ${id}`, reason })
      },
    }
  },
}
