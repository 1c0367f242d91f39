-- Said before every script. An outbox is one hash per owner:
--   seq          count of entries pushed since it was last empty
--   <id>         "<seq> <at ms>\n<sealed effects>"
--   <id> done    how many of its effects are done      <id> tries   how often it failed
-- The shard's zset due holds owners with something in the outbox, and timers as "<owner>|<name>", by ms.
-- The shard's hash timers holds "<owner>|<name>" -> "<entry id>\n<sealed effects>".

-- push appends an entry, once, and returns its seq. An owner whose outbox was empty becomes due at soon; otherwise
-- somebody works on it or it waits for its turn, and its due time stays. Each redis.call costs a microsecond: the usual
-- entry, first in its outbox, makes three.
local function push(out, due, owner, id, at, sealed, soon)
  local seq = string.format('%d', redis.call('HINCRBY', out, 'seq', 1))
  if redis.call('HSETNX', out, id, seq .. ' ' .. at .. '\n' .. sealed) == 0 then
    return string.format('%d', redis.call('HINCRBY', out, 'seq', -1))
  end
  if seq == '1' or not redis.call('ZSCORE', due, owner) then
    redis.call('ZADD', due, soon, owner)
  end
  return seq
end

-- remove takes an entry out, and says whether others are left; an empty outbox vanishes and its owner is no longer due.
local function remove(out, due, owner, id)
  redis.call('HDEL', out, id, id .. ' done', id .. ' tries')
  if redis.call('HLEN', out) > 1 then
    return true
  end
  redis.call('DEL', out)
  redis.call('ZREM', due, owner)
  return false
end

-- wake sets a timer, in place of an earlier one of the same name.
local function wake(due, timers, owner, name, at, id, sealed)
  redis.call('ZADD', due, at, owner .. '|' .. name)
  redis.call('HSET', timers, owner .. '|' .. name, id .. '\n' .. sealed)
end

local function calm(due, timers, owner, name)
  redis.call('ZREM', due, owner .. '|' .. name)
  redis.call('HDEL', timers, owner .. '|' .. name)
end
