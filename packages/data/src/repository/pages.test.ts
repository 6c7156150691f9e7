import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { entity } from '../entity/entity.ts'
import { openTestStore } from '../testing/test-store.ts'
import { repository } from './repository.ts'

const Row = entity('test.Row', {
  key: 'id',
  fields: { id: z.string(), rank: z.int().optional() },
  indexes: [{ fields: ['rank'] }],
})
const Rows = repository(Row)

const name = fc.string({ minLength: 1, maxLength: 3, unit: fc.constantFrom('a', 'b', 'c') })
const rows = fc.uniqueArray(fc.record({ id: name, rank: fc.option(fc.nat(3), { nil: undefined }) }), {
  selector: ({ id }) => id,
  maxLength: 12,
})

test('pages hold each record that stays once, whatever is inserted and removed between them', async () => {
  await using store = await openTestStore([Row])
  let tenants = 0
  await fc.assert(
    fc.asyncProperty(rows, rows, fc.constantFrom('asc' as const, 'desc' as const), async (first, others, direction) => {
      const tenant = `t${tenants++}`
      const write = async (work: (repo: ReturnType<typeof use>) => void | Promise<void>) => {
        const unit = store.unit({ tenant })
        await work(store.use(Rows, unit))
        await unit.commit()
      }
      const use = () => store.use(Rows, store.unit({ tenant }))
      await write((repo) => first.forEach((row) => repo.insert(row)))
      const added = others.filter(({ id }) => first.every((row) => row.id !== id))
      const removed = new Set<string>()
      const seen: string[] = []
      for (let after: string | undefined, more = true; more;) {
        const page = await use().find({ orderBy: { rank: direction }, limit: 2, ...(after !== undefined && { after }) })
        seen.push(...page.records.map(({ id }) => id))
        more = page.next !== undefined
        after = page.next
        await write(async (repo) => {
          for (const row of added.splice(0, 2)) repo.insert(row)
          const gone = first.find(({ id }) => seen.includes(id) && !removed.has(id))
          if (!gone) return
          removed.add(gone.id)
          repo.delete(await repo.getOrThrow(gone.id))
        })
      }
      expect(new Set(seen).size).toBe(seen.length)
      expect(first.every(({ id }) => seen.includes(id))).toBe(true)
    }),
    { numRuns: 40 },
  )
})
