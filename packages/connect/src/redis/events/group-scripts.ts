import { script } from '../script.ts'

/**
 * What other consumers of a group have in hand up to an entry: id, tenant and key of each. Entries are handed out in the
 * order of their ids, so whatever comes before an entry that was read is in somebody's hand or done.
 */
export const heldByOthers = script(`
local found = {}
local from = '-'
repeat
  local page = redis.call('XPENDING', KEYS[1], ARGV[1], from, ARGV[3], 1000)
  for _, pending in ipairs(page) do
    from = '(' .. pending[1]
    local entry = pending[2] ~= ARGV[2] and redis.call('XRANGE', KEYS[1], pending[1], pending[1])[1]
    if entry then
      local tenant, key = '', ''
      for at = 1, #entry[2], 2 do
        if entry[2][at] == 'tenant' then tenant = entry[2][at + 1] end
        if entry[2][at] == 'key' then key = entry[2][at + 1] end
      end
      table.insert(found, { pending[1], tenant, key })
    end
  end
until #page < 1000
return found
`)

/**
 * A consumer leaves: what it has in hand counts as abandoned at once, and without any it is forgotten. So are others that
 * hold nothing and have not been seen for long. In one script, because a consumer that is forgotten takes what it was
 * handed meanwhile with it.
 */
export const leaveGroup = script(`
local mine = redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 10000, ARGV[2])
for _, pending in ipairs(mine) do
  redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, pending[1], 'IDLE', ARGV[3], 'JUSTID')
end
for _, facts in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
  local consumer = {}
  for at = 1, #facts, 2 do consumer[facts[at]] = facts[at + 1] end
  local gone = consumer.name == ARGV[2] or consumer.idle > tonumber(ARGV[4])
  if gone and consumer.pending == 0 then redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], consumer.name) end
end
return #mine
`)
