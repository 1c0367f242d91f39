-- Remembers how many effects of an entry are done. Idempotent by itself: the count only grows.
-- KEYS: 1 outbox, 2 conversation (of a chat; the outbox again for a person)
-- ARGV: 1 entry id, 2 count, 3 live message id, "0" to leave it
-- Returns: {"ok"} | {"none"} no such entry
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then
  return {'none'}
end
local was = redis.call('HGET', KEYS[1], ARGV[1] .. ' done') or '0'
if tonumber(ARGV[2]) > tonumber(was) then
  redis.call('HSET', KEYS[1], ARGV[1] .. ' done', ARGV[2])
end
if ARGV[3] ~= '0' then
  redis.call('HSET', KEYS[2], 'live', ARGV[3])
end
return {'ok'}
