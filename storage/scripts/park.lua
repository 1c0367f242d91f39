-- Sets an entry aside, sealed as it is. Idempotent by itself: it moves once.
-- KEYS: 1 outbox, 2 due, 3 parked entries of the owner
-- ARGV: 1 owner, 2 entry id, 3 ttl of the parked entries ms
-- Returns: {"ok"} | {"none"} no such entry
local entry = redis.call('HGET', KEYS[1], ARGV[2])
if not entry then
  return {'none'}
end
redis.call('HSET', KEYS[3], ARGV[2], entry)
redis.call('PEXPIRE', KEYS[3], ARGV[3])
remove(KEYS[1], KEYS[2], ARGV[1], ARGV[2])
return {'ok'}
