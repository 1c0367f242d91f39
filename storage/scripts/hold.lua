-- Takes, renews or drops a lease. Idempotent by itself: the holder's word counts. Not for state: only for who polls and
-- who sweeps, where two at once are slow and not wrong.
-- KEYS: 1 lease
-- ARGV: 1 holder, 2 term ms, 0 to drop
-- Returns: {"ok"} held | {"no"} another has it, or dropped
local has = redis.call('GET', KEYS[1])
if has and has ~= ARGV[1] then
  return {'no'}
end
if ARGV[2] == '0' then
  redis.call('DEL', KEYS[1])
  return {'no'}
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return {'ok'}
