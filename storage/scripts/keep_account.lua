-- Takes a planned erasure back.
-- KEYS: 1 operation, 2 person, 3 accounts, 4 cases, 5 due, 6 timers
-- ARGV: 1 account id, 2 owner, 3 ttl of the operation ms
-- Returns: {"ok"} | {"no"} none is planned, or it has begun
local was = seen(KEYS[1])
if was then
  return was
end
local planned = redis.call('HGET', KEYS[3], ARGV[1] .. ' erase')
if not planned or planned == '' or planned == 'going' then
  return {'no'}
end
redis.call('HDEL', KEYS[3], ARGV[1] .. ' erase')
calm(KEYS[5], KEYS[6], ARGV[2], 'erase.' .. ARGV[1])
return keep(KEYS[1], ARGV[3], {'ok'})
