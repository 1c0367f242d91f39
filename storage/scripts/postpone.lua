-- Lets an owner's outbox wait, and counts a failure of its oldest entry.
-- KEYS: 1 operation, 2 outbox, 3 due
-- ARGV: 1 owner, 2 until ms, 3 "1" when it failed, 4 ttl of the operation ms
-- Returns: {"ok", tries of the oldest entry} | {"none"} the outbox is empty
local was = seen(KEYS[1])
if was then
  return was
end
local head, least
local all = redis.call('HGETALL', KEYS[2])
for i = 1, #all, 2 do
  local seq = string.match(all[i + 1], '^(%d+) %d+\n')
  if seq and not string.find(all[i], ' ', 1, true) and (not least or tonumber(seq) < least) then
    head, least = all[i], tonumber(seq)
  end
end
if not head then
  return {'none'}
end
redis.call('ZADD', KEYS[3], ARGV[2], ARGV[1])
local tries = redis.call('HGET', KEYS[2], head .. ' tries') or '0'
if ARGV[3] == '1' then
  tries = string.format('%d', redis.call('HINCRBY', KEYS[2], head .. ' tries', 1))
end
return keep(KEYS[1], ARGV[4], {'ok', tries})
