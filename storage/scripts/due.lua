-- Moves due timers of a shard into their owners' outboxes and takes owners that are due, until now + lease.
-- KEYS: 1 operation, 2 due, 3 timers, 4... outbox of the owner of each member
-- ARGV: 1 now ms, 2 now + lease ms, 3 ttl of the operation ms, 4... members of due, as many as outboxes
-- Returns: {"ok", owner...} the owners taken
local was = seen(KEYS[1])
if was then
  return was
end
local now = tonumber(ARGV[1])
local owners = {}
for i = 4, #ARGV do
  local member = ARGV[i]
  local score = redis.call('ZSCORE', KEYS[2], member)
  local owner = string.match(member, '^([^|]+)|') or member
  if score and tonumber(score) <= now and owner ~= member then
    local id, sealed = string.match(redis.call('HGET', KEYS[3], member) or '', '^([^\n]+)\n(.*)$')
    if id then
      push(KEYS[i], KEYS[2], owner, id, ARGV[1], sealed, ARGV[1])
    end
    redis.call('ZREM', KEYS[2], member)
    redis.call('HDEL', KEYS[3], member)
  end
  owners[#owners + 1] = owner
end
local taken = {'ok'}
for _, owner in ipairs(owners) do
  local score = redis.call('ZSCORE', KEYS[2], owner)
  if score and tonumber(score) <= now then
    redis.call('ZADD', KEYS[2], ARGV[2], owner)
    taken[#taken + 1] = owner
  end
end
return keep(KEYS[1], ARGV[3], taken)
