-- Removes an entry whose effects are done. Idempotent by itself: only that id is removed, and only then the live message is
-- noted, for said again it may be an older one.
-- KEYS: 1 outbox, 2 due, 3 conversation (of a chat; the outbox again for a person)
-- ARGV: 1 owner, 2 entry id, 3 live message id, "0" to leave it
-- Returns: {"ok", "1" when other entries are left}
local there = redis.call('HEXISTS', KEYS[1], ARGV[2]) == 1
local left = remove(KEYS[1], KEYS[2], ARGV[1], ARGV[2])
if there and ARGV[3] ~= '0' then
  redis.call('HSET', KEYS[3], 'live', ARGV[3])
end
return {'ok', left and '1' or '0'}
