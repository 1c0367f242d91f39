-- Plans an account's erasure, once.
-- KEYS: 1 operation, 2 person, 3 accounts, 4 cases, 5 due, 6 timers
-- ARGV: 1 account id, 2 owner, 3 when ms, 4 entry id, 5 sealed effects, 6 ttl of the operation ms
-- Returns: {"ok", when ms} also of one planned before | {"open", no} its case is under review | {"none"} no such account
local was = seen(KEYS[1])
if was then
  return was
end
local id = ARGV[1]
if redis.call('HEXISTS', KEYS[3], id .. ' state') == 0 then
  return {'none'}
end
local open = redis.call('HGET', KEYS[2], 'open')
if open and redis.call('HGET', KEYS[4], open .. ' account') == id then
  return {'open', open}
end
local planned = redis.call('HGET', KEYS[3], id .. ' erase')
if planned and planned ~= '' then
  return keep(KEYS[1], ARGV[6], {'ok', planned})
end
redis.call('HSET', KEYS[3], id .. ' erase', ARGV[3])
wake(KEYS[5], KEYS[6], ARGV[2], 'erase.' .. id, ARGV[3], ARGV[4], ARGV[5])
return keep(KEYS[1], ARGV[6], {'ok', ARGV[3]})
