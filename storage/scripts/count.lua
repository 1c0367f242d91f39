-- Counts an event where a limit of all of them allows it.
-- KEYS: 1 operation, 2 count
-- ARGV: 1 most, 2 ttl of the operation ms, 3 ttl of the count ms
-- Returns: {"ok"} counted | {"full"} not counted
local was = seen(KEYS[1])
if was then
  return was
end
if tonumber(redis.call('GET', KEYS[2]) or '0') >= tonumber(ARGV[1]) then
  return {'full'}
end
redis.call('INCR', KEYS[2])
redis.call('PEXPIRE', KEYS[2], ARGV[3])
return keep(KEYS[1], ARGV[2], {'ok'})
