-- Sets an input aside and marks it as seen.
-- KEYS: 1 seen mark, 2 parked inputs of the chat
-- ARGV: 1 input id, 2 sealed input, 3 ttl of the mark ms, 4 ttl of the parked inputs ms
-- Returns: {"ok"} | {"again"} seen before
if seen(KEYS[1]) then
  return {'again'}
end
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
redis.call('PEXPIRE', KEYS[2], ARGV[4])
keep(KEYS[1], ARGV[3], {'', 'parked'})
return {'ok'}
