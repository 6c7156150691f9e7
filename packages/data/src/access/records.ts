import { z } from 'zod'
import { entity } from '../entity/entity.ts'

/** A name for permissions. */
export const RoleRecord = entity('heddle.Role', {
  key: 'name',
  fields: { name: z.string(), permissions: z.array(z.string()) },
})

/** Who may call, and which roles it has. */
export const PrincipalRecord = entity('heddle.Principal', {
  key: 'id',
  fields: {
    id: z.string(),
    kind: z.enum(['person', 'service', 'agent']),
    roles: z.array(z.string()),
    disabled: z.boolean(),
  },
})

/** An API key, without its secret. It ends when it expires, when its overlap with the next one is over, or by being revoked. */
export const KeyRecord = entity('heddle.Key', {
  key: 'id',
  fields: {
    id: z.string(),
    principal: z.string(),
    name: z.string(),
    /** SHA-256 of the whole key, Base64 for URLs. */
    hash: z.string(),
    /** What it may do at most; missing: whatever its principal may. */
    permissions: z.array(z.string()).optional(),
    createdAt: z.date(),
    endsAt: z.date().optional(),
    revoked: z.boolean(),
    usedAt: z.date().optional(),
  },
  indexes: [{ fields: ['principal'] }, { fields: ['endsAt'], acrossTenants: true }],
})
