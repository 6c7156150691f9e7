import { type Clock, type Deployments, type Manifest, type Random, uuidV7 } from '@heddle/core'
import type { Database } from '../database/database.ts'
import { DeploymentRecord, systemTenant } from './entities.ts'
import { findRecords, putWrite } from './records.ts'

/** Remembers deployed manifests in the database. */
export function createDeployments(database: Database, clock: Clock, random: Random): Deployments {
  return {
    latest,
    async save(manifest) {
      if ((await latest())?.hash === manifest.hash) return
      const record = { id: uuidV7(clock, random), manifest, at: new Date(clock.now()) }
      await database.commit({ tenant: systemTenant, checks: [], writes: [putWrite(DeploymentRecord, record)] })
    },
  }

  async function latest(): Promise<Manifest | undefined> {
    const order = [{ column: 'id', descending: true }]
    const [newest] = await findRecords(database, DeploymentRecord, systemTenant, { order, limit: 1 })
    return newest?.manifest as Manifest | undefined
  }
}
