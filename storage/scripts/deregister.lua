-- Ends the accounts that a case froze and whose term has passed, for good. While the case is under review again, nothing ends.
-- KEYS: 1 operation, 2 person, 3 accounts, 4 due, 5 timers, last the audit chain
-- ARGV: 1 no, 2 now ms, 3 ttl of the operation ms, 4 owner, 5 entry id and 6 sealed effects of another timer,
--       last the mac continued and the row of the audit
-- Returns: {"ok", id…} | {"torn", last row}
local was = seen(KEYS[1])
if was then
  return was
end
local answer, next = {'ok'}, nil
if redis.call('HGET', KEYS[2], 'open') == ARGV[1] then
  return answer
end
for id in pairs(states(KEYS[3])) do
  local before, no, till = froze(KEYS[3], id)
  if before and no == ARGV[1] and till <= tonumber(ARGV[2]) then
    table.insert(answer, id)
  elseif before and no == ARGV[1] then
    next = math.min(next or till, till)
  end
end
local torn = #answer > 1 and audit() or nil
if torn then
  return torn
end
for i = 2, #answer do
  redis.call('HSET', KEYS[3], answer[i] .. ' state', 'deregistered')
  redis.call('HDEL', KEYS[3], answer[i] .. ' froze')
end
if next then
  wake(KEYS[4], KEYS[5], ARGV[4], 'gone.' .. ARGV[1], string.format('%.0f', next), ARGV[5], ARGV[6])
end
return keep(KEYS[1], ARGV[3], answer)
