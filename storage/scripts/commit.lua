-- Stores a decision: record, outbox and timers, all or nothing.
-- KEYS: 1 conversation, 2 seen mark, 3 outbox of the chat, 4 due, 5 timers, 6 sent: message with a picture -> ms, 7 looks
-- ARGV: 1 version loaded, 2 sealed record, 3 owner, 4 entry id or "", 5 sealed effects, 6 at ms, 7 due ms,
--       8 ttl of the mark ms, 9 message that brought a picture or "0", 10 when it must be gone ms,
--       then for each timer: name, due ms, entry id, sealed effects
-- Returns: {"ok", entry, entries pushed since the outbox was last empty, "0" without one now, live message id}
--          | {"again", entry} seen before | {"conflict"} another version is stored
local was = seen(KEYS[2])
if was then
  return {'again', was[1]}
end
local stored = redis.call('HMGET', KEYS[1], 'v', 'live')
local version = stored[1] or '0'
if version ~= ARGV[1] then
  return {'conflict'}
end
redis.call('HSET', KEYS[1], 'v', string.format('%d', tonumber(version) + 1), 'd', ARGV[2])
local waiting = '0'
if ARGV[4] ~= '' then
  waiting = push(KEYS[3], KEYS[4], ARGV[3], ARGV[4], ARGV[6], ARGV[5], ARGV[7])
end
if ARGV[9] ~= '0' and redis.call('HSETNX', KEYS[6], ARGV[9], ARGV[6]) == 1 then
  redis.call('ZADD', KEYS[7], 'NX', ARGV[10], 'sent|' .. ARGV[3])
end
for i = 11, #ARGV, 4 do
  wake(KEYS[4], KEYS[5], ARGV[3], ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3])
end
keep(KEYS[2], ARGV[8], {ARGV[4]})
return {'ok', ARGV[4], waiting, stored[2] or '0'}
