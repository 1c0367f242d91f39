-- Ends what is done with an account's pictures: the case under review, and all pictures of its cases and of drafts.
-- KEYS: 1 operation, 2 person, 3 accounts, 4 cases, 5 outbox of the person, 6 due, 7 timers, 8 open cases of the shard,
--       9 blobs, 10 looks
-- ARGV: 1 account id, 2 owner, 3 now ms, 4 entry id, 5 sealed effects, 6 ttl of the operation ms, 7 case that was open
-- Returns: {"ok", number of the case that ended or ""} | {"none"} no such account
--          | {"again"} another case is open by now; only "ok" wrote
local was = seen(KEYS[1])
if was then
  return was
end
local id = ARGV[1]
if redis.call('HEXISTS', KEYS[3], id .. ' state') == 0 then
  return {'none'}
end
local open = redis.call('HGET', KEYS[2], 'open')
if open and redis.call('HGET', KEYS[4], open .. ' account') ~= id then
  open = nil
end
if open and open ~= ARGV[7] then
  return {'again'}
end
if open then
  local version = tonumber(redis.call('HGET', KEYS[4], open .. ' version')) + 1
  redis.call('HSET', KEYS[4], open .. ' state', 'refused', open .. ' reasons', 'withdrawn', open .. ' decided', ARGV[3],
    open .. ' version', string.format('%d', version))
  redis.call('HDEL', KEYS[2], 'open')
  redis.call('HDEL', KEYS[8], open)
  calm(KEYS[6], KEYS[7], ARGV[2], 'lapse.' .. open)
  calm(KEYS[6], KEYS[7], ARGV[2], 'effect.' .. open)
  push(KEYS[5], KEYS[6], ARGV[2], ARGV[4], ARGV[3], ARGV[5], ARGV[3])
end
dropPictures(KEYS[3], KEYS[4], KEYS[9], KEYS[10], id, ARGV[3])
return keep(KEYS[1], ARGV[6], {'ok', open or ''})
