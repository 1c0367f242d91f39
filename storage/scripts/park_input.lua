-- Sets an input aside and marks it as seen; what its sender is told goes into the chat's outbox.
-- KEYS: 1 seen mark, 2 parked inputs of the chat, 3 outbox of the chat, 4 due, 5 conversation
-- ARGV: 1 input id, 2 sealed input, 3 ttl of the mark ms, 4 ttl of the parked inputs ms, 5 owner, 6 sealed effects or "",
--       7 at ms, 8 due ms
-- Returns: {"ok", entries pushed since the outbox was last empty, live message id} | {"again"} seen before
if seen(KEYS[1]) then
  return {'again'}
end
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
redis.call('PEXPIRE', KEYS[2], ARGV[4])
local entry = ''
if ARGV[6] ~= '' then
  entry = ARGV[1]
  push(KEYS[3], KEYS[4], ARGV[5], entry, ARGV[7], ARGV[6], ARGV[8])
end
keep(KEYS[1], ARGV[3], {entry, 'parked'})
return {'ok', redis.call('HGET', KEYS[3], 'seq') or '0', redis.call('HGET', KEYS[5], 'live') or '0'}
