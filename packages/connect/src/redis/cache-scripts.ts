import { script } from './script.ts'

/*
 * An entry is a hash: its value in `v`, and a field `t:<tag>` for each of its tags. A tag is a sorted set of the keys of
 * its entries by the time at which they end, from which what is over is removed at each use: it never outgrows the
 * entries that live. Whoever forgets entries tells their keys to every process, which may hold copies; that many at once
 * are told as `*`.
 */

/** KEYS: the entry, its tags. ARGV: value, life in ms, names of the tags. */
export const setEntry = script(`
local now = redis.call('TIME')
local ms = now[1] * 1000 + math.floor(now[2] / 1000)
local ttl = tonumber(ARGV[2])
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'v', ARGV[1])
for i = 2, #KEYS do
  redis.call('HSET', KEYS[1], 't:' .. ARGV[i + 1], '')
  redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', ms)
  redis.call('ZADD', KEYS[i], ms + ttl, KEYS[1])
  if redis.call('PTTL', KEYS[i]) < ttl then redis.call('PEXPIRE', KEYS[i], ttl) end
end
redis.call('PEXPIRE', KEYS[1], ttl)`)

/** KEYS: tags. ARGV: the channel, names of the tags. Answers with the keys that it forgot. */
export const deleteTags = script(`
local gone = {}
for i = 1, #KEYS do
  for _, entry in ipairs(redis.call('ZRANGE', KEYS[i], 0, -1)) do
    if redis.call('HEXISTS', entry, 't:' .. ARGV[i + 1]) == 1 then
      redis.call('UNLINK', entry)
      gone[#gone + 1] = entry
    end
  end
  redis.call('UNLINK', KEYS[i])
end
if #gone > 1000 then
  redis.call('PUBLISH', ARGV[1], '*')
elseif #gone > 0 then
  redis.call('PUBLISH', ARGV[1], cjson.encode(gone))
end
return gone`)

/** KEYS: the entry. ARGV: the channel. */
export const deleteEntry = script(`
if redis.call('UNLINK', KEYS[1]) == 1 then redis.call('PUBLISH', ARGV[1], cjson.encode({KEYS[1]})) end`)
