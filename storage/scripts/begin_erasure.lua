-- Begins an erasure: nothing takes it back any more. A case that came under review meanwhile is in the way.
-- KEYS: 1 operation, 2 person, 3 accounts, 4 cases, 5 due, 6 timers
-- ARGV: 1 account id, 2 owner, 3 ttl of the operation ms, 4 when it was planned for ms
-- Returns: {"ok"} | {"open", no} not planned any more | {"no"} taken back, or planned anew
local was = seen(KEYS[1])
if was then
  return was
end
local id = ARGV[1]
local planned = redis.call('HGET', KEYS[3], id .. ' erase')
if planned == 'going' then
  return {'ok'}
elseif planned ~= ARGV[4] then
  return {'no'}
end
local open = redis.call('HGET', KEYS[2], 'open')
if open and redis.call('HGET', KEYS[4], open .. ' account') == id then
  redis.call('HDEL', KEYS[3], id .. ' erase')
  return keep(KEYS[1], ARGV[3], {'open', open})
end
redis.call('HSET', KEYS[3], id .. ' erase', 'going')
return keep(KEYS[1], ARGV[3], {'ok'})
