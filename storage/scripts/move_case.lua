-- Moves a case from the version that the move was decided on.
-- KEYS: 1 operation, 2 cases, 3 outbox of the person, 4 due, 5 timers, 6 open cases of the shard, last the audit chain
-- ARGV: 1 no, 2 version, 3 new state, 4 owner, 5 now ms, 6 entry id, 7 sealed effects, 8 ttl of the operation ms,
--       9 until ms (kept in the answer), 10 "1" to end the timer "lapse <no>", 11 "1" to end "effect <no>",
--       12 name of a timer to set or "", 13 its time ms, 14 its entry id, 15 its sealed effects, then field and value,
--       last the mac continued and the row of the audit
-- Returns: {"ok", version, until} | {"stale"} another version is stored; nothing written | {"torn", last row}
local was = seen(KEYS[1])
if was then
  return was
end
local no = ARGV[1]
if redis.call('HGET', KEYS[2], no .. ' version') ~= ARGV[2] then
  return {'stale'}
end
local torn = audit()
if torn then
  return torn
end
local version = string.format('%d', tonumber(ARGV[2]) + 1)
redis.call('HSET', KEYS[2], no .. ' version', version, no .. ' state', ARGV[3])
redis.call('HSET', KEYS[6], no, ARGV[3] .. ' ' .. (redis.call('HGET', KEYS[2], no .. ' submitted') or '0'))
for i = 16, #ARGV, 2 do
  redis.call('HSET', KEYS[2], no .. ' ' .. ARGV[i], ARGV[i + 1])
end
if ARGV[10] == '1' then
  calm(KEYS[4], KEYS[5], ARGV[4], 'lapse.' .. no)
end
if ARGV[11] == '1' then
  calm(KEYS[4], KEYS[5], ARGV[4], 'effect.' .. no)
end
if ARGV[12] ~= '' then
  wake(KEYS[4], KEYS[5], ARGV[4], ARGV[12], ARGV[13], ARGV[14], ARGV[15])
end
push(KEYS[3], KEYS[4], ARGV[4], ARGV[6], ARGV[5], ARGV[7], ARGV[5])
return keep(KEYS[1], ARGV[8], {'ok', version, ARGV[9]})
