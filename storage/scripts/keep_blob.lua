-- Registers a picture before it is put. Idempotent by itself: a row is there once.
-- KEYS: 1 blobs: name -> row, 2 looks: name by ms
-- ARGV: 1 name, 2 row, 3 next look ms
-- Returns: {"ok"} | {"going"} one of that name is being deleted
local was = redis.call('HGET', KEYS[1], ARGV[1])
if not was then
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
  redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
elseif string.match(was, '^going ') then
  return {'going'}
end
return {'ok'}
