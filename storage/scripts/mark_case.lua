-- Notes how much of an open case's term has passed, and asks for what follows from it. Idempotent by itself: a mark only grows.
-- KEYS: 1 cases, 2 outbox of the person, 3 due, 4 open cases of the shard
-- ARGV: 1 no, 2 percent, 3 owner, 4 now ms, 5 entry id, 6 sealed effects, 7 new promise ms or ""
-- Returns: {"ok"} | {"no"} the case is closed, or was marked before; nothing written
local no = ARGV[1]
local before = tonumber(redis.call('HGET', KEYS[1], no .. ' marked') or '0')
if redis.call('HEXISTS', KEYS[4], no) == 0 or before >= tonumber(ARGV[2]) then
  return {'no'}
end
redis.call('HSET', KEYS[1], no .. ' marked', ARGV[2])
if ARGV[7] ~= '' then
  redis.call('HSET', KEYS[1], no .. ' promised', ARGV[7])
end
push(KEYS[2], KEYS[3], ARGV[3], ARGV[5], ARGV[4], ARGV[6], ARGV[4])
return {'ok'}
