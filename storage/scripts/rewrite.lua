-- Puts other sealed effects in the place of an entry's. Idempotent by itself.
-- KEYS: 1 outbox
-- ARGV: 1 entry id, 2 sealed effects
-- Returns: {"ok"} | {"none"} no such entry
local was = redis.call('HGET', KEYS[1], ARGV[1])
if not was then
  return {'none'}
end
redis.call('HSET', KEYS[1], ARGV[1], string.match(was, '^[^\n]*\n') .. ARGV[2])
return {'ok'}
