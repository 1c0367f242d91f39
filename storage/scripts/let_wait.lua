-- Lets an input wait in its chat's outbox for a newer replica, and marks it as seen. Until the entry is done, the field waits
-- of the conversation names the last that waits.
-- KEYS: 1 seen mark, 2 outbox of the chat, 3 due, 4 conversation
-- ARGV: 1 input id, 2 sealed effects, 3 ttl of the mark ms, 4 owner, 5 now ms, 6 due ms at the latest
-- Returns: {"ok"} | {"again"} seen before
if seen(KEYS[1]) then
  return {'again'}
end
push(KEYS[2], KEYS[3], ARGV[4], ARGV[1], ARGV[5], ARGV[2], ARGV[5])
if tonumber(redis.call('ZSCORE', KEYS[3], ARGV[4])) > tonumber(ARGV[6]) then
  redis.call('ZADD', KEYS[3], ARGV[6], ARGV[4])
end
redis.call('HSET', KEYS[4], 'waits', ARGV[1])
keep(KEYS[1], ARGV[3], {ARGV[1]})
return {'ok'}
