-- Drops the oldest rows of a chain, which the checkpoint does not ask for any more. Idempotent by itself.
-- KEYS: 1 audit chain of the shard
-- ARGV: 1 the row that is the first now, 2 how many go
-- Returns: {"ok"} | {"no"} another row is the first
if redis.call('LINDEX', KEYS[1], 0) ~= ARGV[1] then
  return {'no'}
end
redis.call('LTRIM', KEYS[1], ARGV[2], -1)
return {'ok'}
