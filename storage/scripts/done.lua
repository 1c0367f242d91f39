-- Removes an entry whose effects are done; if it was the last input that waits, none waits any more. Idempotent by itself: only
-- that id is removed, and only then the live message is noted, for said again it may be an older one.
-- KEYS: 1 outbox, 2 due, 3 conversation (of a chat; the outbox again for a person)
-- ARGV: 1 owner, 2 entry id, 3 live message id, "0" to leave it
-- Returns: {"ok", "1" when other entries are left}
local there = redis.call('HEXISTS', KEYS[1], ARGV[2]) == 1
local left = remove(KEYS[1], KEYS[2], ARGV[1], ARGV[2])
if there and ARGV[3] ~= '0' then
  redis.call('HSET', KEYS[3], 'live', ARGV[3])
end
if redis.call('HGET', KEYS[3], 'waits') == ARGV[2] then
  redis.call('HDEL', KEYS[3], 'waits')
end
return {'ok', left and '1' or '0'}
