-- Counts how many different names came within a span; one that is known counts anew from now.
-- KEYS: 1 operation, 2 names by ms of the last time
-- ARGV: 1 name, 2 now ms, 3 span ms, 4 most, 5 ttl of the operation ms
-- Returns: {"ok"} known, or one of so many | {"full"} not counted
local was = seen(KEYS[1])
if was then
  return was
end
local now, span = tonumber(ARGV[2]), tonumber(ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', string.format('%d', now - span))
if not redis.call('ZSCORE', KEYS[2], ARGV[1]) and redis.call('ZCARD', KEYS[2]) >= tonumber(ARGV[4]) then
  return {'full'}
end
redis.call('ZADD', KEYS[2], ARGV[2], ARGV[1])
redis.call('PEXPIRE', KEYS[2], string.format('%d', 2 * span))
return keep(KEYS[1], ARGV[5], {'ok'})
