-- Counts a failed try of an input.
-- KEYS: 1 operation, 2 tries of the input
-- ARGV: 1 ttl of the operation ms, 2 ttl of the count ms
-- Returns: {"ok", tries so far}
local was = seen(KEYS[1])
if was then
  return was
end
local tries = redis.call('INCR', KEYS[2])
redis.call('PEXPIRE', KEYS[2], ARGV[2])
return keep(KEYS[1], ARGV[1], {'ok', string.format('%d', tries)})
