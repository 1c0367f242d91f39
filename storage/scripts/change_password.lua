-- Writes an account's secrets anew, ends every login of the person, and asks for what follows.
-- KEYS: 1 operation, 2 person, 3 accounts, 4 outbox of the person, 5 due
-- ARGV: 1 id, 2 sealed as it was read, 3 sealed anew, 4 owner, 5 entry id, 6 now ms, 7 sealed effects, "" for none,
--       8 ttl of the operation ms, 9 chat that may not find the account again, "" for none
-- Returns: {"ok"} | {"stale"} written meanwhile | {"ended"} not in use | {"none"} no such account; nothing written but by ok
local was = seen(KEYS[1])
if was then
  return was
end
local id = ARGV[1]
local state = redis.call('HGET', KEYS[3], id .. ' state')
if not state then
  return {'none'}
end
if state ~= 'active' and state ~= 'pending' then
  return {'ended'}
end
if redis.call('HGET', KEYS[3], id .. ' sealed') ~= ARGV[2] then
  return {'stale'}
end
redis.call('HSET', KEYS[3], id .. ' sealed', ARGV[3])
if ARGV[9] ~= '' then
  redis.call('HSET', KEYS[3], id .. ' barred.' .. ARGV[9], ARGV[6])
end
redis.call('HINCRBY', KEYS[2], 'gen', 1)
if ARGV[7] ~= '' then
  push(KEYS[4], KEYS[5], ARGV[4], ARGV[5], ARGV[6], ARGV[7], ARGV[6])
end
return keep(KEYS[1], ARGV[8], {'ok'})
