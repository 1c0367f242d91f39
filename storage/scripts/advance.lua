-- Remembers how many effects of an entry are done. Idempotent by itself: the count only grows.
-- KEYS: 1 outbox
-- ARGV: 1 entry id, 2 count
-- Returns: {"ok"} | {"none"} no such entry
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then
  return {'none'}
end
local was = redis.call('HGET', KEYS[1], ARGV[1] .. ' done') or '0'
if tonumber(ARGV[2]) > tonumber(was) then
  redis.call('HSET', KEYS[1], ARGV[1] .. ' done', ARGV[2])
end
return {'ok'}
