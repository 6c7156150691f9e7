import { type Clock, type Deployments, type Manifest, type Random, uuidV7 } from '@heddle/core'
import type { Database } from '../database/database.ts'
import type { Condition } from '../filter/condition.ts'
import { DeploymentRecord, systemTenant } from './entities.ts'
import { findRecords, putWrite } from './records.ts'
import { removeBefore } from './retention.ts'

/** How long a deployment is kept in any case, unless there are very many (limit `deployments.kept`). */
export const deploymentsKeptMs = 90 * 24 * 60 * 60 * 1000
/** How many are kept however old they are (limit `deployments.least`). Each differs from the one before it. */
export const leastDeployments = 20
/** How many are kept at most: `heddle dev` deploys with each save (limit `deployments.most`). */
export const mostDeployments = 500

/** Removes deployments that are no longer kept. Says how many went. */
export async function pruneDeployments(database: Database, clock: Clock): Promise<number> {
  const least = await timeOf(database, leastDeployments)
  const most = await timeOf(database, mostDeployments)
  const oldest = Math.max(Math.min(least, clock.now() - deploymentsKeptMs), most)
  return removeBefore(database, DeploymentRecord.table, oldest)
}

/** When the deployment at this place was made, counted from the newest; before all time where there is none. */
async function timeOf(database: Database, place: number): Promise<number> {
  const { table } = DeploymentRecord
  const parts = ['SELECT at FROM ', { table }, ' AS deployed ORDER BY id DESC LIMIT 1 OFFSET ', { value: place - 1 }]
  const [row] = await database.query(systemTenant, { parts })
  return row ? Number(row['at']) : 0
}

/** Remembers deployed manifests in the database. */
export function createDeployments(database: Database, clock: Clock, random: Random): Deployments {
  return {
    latest,
    async find(hash) {
      const where: Condition = { kind: 'compare', column: 'hash', by: 'eq', value: hash }
      const [found] = await findRecords(database, DeploymentRecord, systemTenant, { where, limit: 1 })
      return found?.manifest as Manifest | undefined
    },
    async save(make) {
      const manifest = make()
      if ((await latest())?.hash === manifest.hash) return
      const record = { id: uuidV7(clock, random), manifest, hash: manifest.hash, at: new Date(clock.now()) }
      await database.commit({ tenant: systemTenant, checks: [], writes: [putWrite(DeploymentRecord, record)] })
      // Here and not in the background: they only grow here, and what is restarted all the time prunes too.
      await pruneDeployments(database, clock)
    },
  }

  async function latest(): Promise<Manifest | undefined> {
    const order = [{ column: 'id', descending: true }]
    const [newest] = await findRecords(database, DeploymentRecord, systemTenant, { order, limit: 1 })
    return newest?.manifest as Manifest | undefined
  }
}
