import { script } from './script.ts'

/*
 * The records of a table and tenant are: `rows`, a hash from member to the record as JSON; `versions`, a hash from member
 * to version; `order`, a sorted set of the members, which Redis orders by bytes; and for each unique index a hash from
 * values to member, with `uniques` as the way back. A member is the key as text that sorts as keys do.
 */

/**
 * KEYS: rows, versions, order, uniques, the counter of versions, then one hash for each unique index. ARGV: kind, member,
 * expected version, JSON, then the values of each unique index, or nothing where one is missing. Answers with the new
 * version, -1 for a conflict, -2 for a taken key, and below for the unique index that is broken.
 */
export const writeRecord = script(`
local kind, member = ARGV[1], ARGV[2]
local version = redis.call('HGET', KEYS[2], member)
if kind == 'insert' and version then return -2 end
if (kind == 'update' or kind == 'delete') and version ~= ARGV[3] then return -1 end
if kind ~= 'delete' then
  for i = 6, #KEYS do
    local value = ARGV[i - 1]
    local other = value ~= '' and redis.call('HGET', KEYS[i], value)
    if other and other ~= member then return 3 - i end
  end
end
for i = 6, #KEYS do
  local back = (i - 6) .. ':' .. member
  local old = redis.call('HGET', KEYS[4], back)
  if old then
    redis.call('HDEL', KEYS[i], old)
    redis.call('HDEL', KEYS[4], back)
  end
  if kind ~= 'delete' and ARGV[i - 1] ~= '' then
    redis.call('HSET', KEYS[i], ARGV[i - 1], member)
    redis.call('HSET', KEYS[4], back, ARGV[i - 1])
  end
end
local fresh = redis.call('INCR', KEYS[5])
if kind == 'delete' then
  redis.call('HDEL', KEYS[1], member)
  redis.call('HDEL', KEYS[2], member)
  redis.call('ZREM', KEYS[3], member)
else
  redis.call('HSET', KEYS[1], member, ARGV[4])
  redis.call('HSET', KEYS[2], member, fresh)
  redis.call('ZADD', KEYS[3], 0, member)
end
return fresh`)

/** KEYS: rows, versions. ARGV: members. Answers with version and JSON of each. */
export const readRecords = script(`
local found = {}
for i = 1, #ARGV do
  found[2 * i - 1] = redis.call('HGET', KEYS[2], ARGV[i])
  found[2 * i] = redis.call('HGET', KEYS[1], ARGV[i])
end
return found`)

/** KEYS: rows, versions, order. ARGV: from, to, how many, whether backwards. Answers with member, version and JSON of each. */
export const pageRecords = script(`
local members
if ARGV[4] == '1' then
  members = redis.call('ZRANGE', KEYS[3], ARGV[2], ARGV[1], 'BYLEX', 'REV', 'LIMIT', 0, ARGV[3])
else
  members = redis.call('ZRANGE', KEYS[3], ARGV[1], ARGV[2], 'BYLEX', 'LIMIT', 0, ARGV[3])
end
local found = {}
for i, member in ipairs(members) do
  found[3 * i - 2] = member
  found[3 * i - 1] = redis.call('HGET', KEYS[2], member)
  found[3 * i] = redis.call('HGET', KEYS[1], member)
end
return found`)
