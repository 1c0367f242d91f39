-- Makes a frozen account what it was, all or nothing: the one that is active is frozen in its place, all logins end, and the
-- case that froze it counts as refused.
-- KEYS: 1 operation, 2 person, 3 accounts, 4 cases, 5 outbox of the person, 6 due, 7 timers, last the audit chain
-- ARGV: 1 account id, 2 now ms, 3 owner, 4 end of restoring ms, 5 ttl of the operation ms, 6 entry id, 7 sealed effects,
--       8 entry id and 9 sealed effects of the timer at the end of restoring, 10 case that froze it
--       last the mac continued and the row of the audit
-- Returns: {"torn", last row} | {"ok"} | {"late"} deregistered, or about to be | {"open"} its case is under review again | {"none"}
local was = seen(KEYS[1])
if was then
  return was
end
local id, now = ARGV[1], tonumber(ARGV[2])
local before, no, till = froze(KEYS[3], id)
if redis.call('HGET', KEYS[3], id .. ' state') == 'deregistered' then
  return {'late'}
elseif before ~= 'active' or no ~= ARGV[10] then
  return {'none'}
elseif now > till then
  return {'late'}
elseif redis.call('HGET', KEYS[2], 'open') == no then
  return {'open'}
end
local torn = audit()
if torn then
  return torn
end
for other, state in pairs(states(KEYS[3])) do
  if other ~= id and state == 'active' then
    freeze(KEYS[3], other, no, ARGV[4])
  end
end
thaw(KEYS[3], id)
redis.call('HINCRBY', KEYS[2], 'gen', 1)
if contested(KEYS[2], now) == no then
  redis.call('HDEL', KEYS[2], 'contest')
end
redis.call('HSET', KEYS[4], no .. ' state', 'refused', no .. ' reasons', 'reversed',
  no .. ' version', string.format('%d', tonumber(redis.call('HGET', KEYS[4], no .. ' version')) + 1))
calm(KEYS[6], KEYS[7], ARGV[3], 'settle.' .. no)
wake(KEYS[6], KEYS[7], ARGV[3], 'gone.' .. no, ARGV[4], ARGV[8], ARGV[9])
push(KEYS[5], KEYS[6], ARGV[3], ARGV[6], ARGV[2], ARGV[7], ARGV[2])
return keep(KEYS[1], ARGV[5], {'ok'})
