-- Puts newly sealed bytes in the place of those that were read, unless others were written meanwhile. Idempotent by itself.
-- KEYS: 1 hash, or string
-- ARGV: 1 field, "" of a string, 2 what was read, 3 what it becomes
-- Returns: {"ok"} | {"changed"} nothing written
local now
if ARGV[1] == '' then
  now = redis.call('GET', KEYS[1])
else
  now = redis.call('HGET', KEYS[1], ARGV[1])
end
if now ~= ARGV[2] then
  return {'changed'}
end
if ARGV[1] == '' then
  redis.call('SET', KEYS[1], ARGV[3], 'KEEPTTL')
else
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
end
return {'ok'}
