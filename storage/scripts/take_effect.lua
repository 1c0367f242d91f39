-- Ends a verdict's undo window, all or nothing. Approved: the account is active and proofed, every other account of the
-- person is frozen, all logins end, and the submissions of those that were never approved are given back: the owner is
-- known now. Refused as not the owner: the claim's submissions are given back.
-- KEYS: 1 operation, 2 person, 3 accounts, 4 cases, 5 quota, 6 outbox of the person, 7 due, 8 timers,
--       9 open cases of the shard, 10 blobs, 11 looks, last the audit chain
-- ARGV: 1 no, 2 version, 3 owner, 4 now ms, 5 entry id, 6 sealed effects, 7 ttl of the operation ms, 8 when an approved
--       pair goes ms, 9 when a refused pair goes ms, 10 when its hashes go ms,
--       last the mac continued and the row of the audit
-- Returns: {"ok", state} | {"no"} another version, or no verdict; nothing written | {"torn", last row}
local was = seen(KEYS[1])
if was then
  return was
end
local no = ARGV[1]
local state = redis.call('HGET', KEYS[4], no .. ' state')
local account = redis.call('HGET', KEYS[4], no .. ' account')
if redis.call('HGET', KEYS[4], no .. ' version') ~= ARGV[2] or (state ~= 'approving' and state ~= 'refusing') then
  return {'no'}
end
local torn = audit()
if torn then
  return torn
end
if state == 'approving' then
  state = 'approved'
  for id, stands in pairs(states(KEYS[3])) do
    if id == account then
      redis.call('HSET', KEYS[3], id .. ' state', 'active', id .. ' proofed', '1', id .. ' claim', '')
    elseif stands ~= 'deregistered' then
      if redis.call('HGET', KEYS[3], id .. ' proofed') ~= '1' then
        giveBack(KEYS[5], id) -- the person is somebody else
      end
      redis.call('HSET', KEYS[3], id .. ' state', 'frozen', id .. ' claim', '')
    end
  end
  redis.call('HINCRBY', KEYS[2], 'gen', 1)
else
  state = 'refused'
  local reasons = redis.call('HGET', KEYS[4], no .. ' reasons') or ''
  if string.find(',' .. reasons .. ',', ',not_same,', 1, true) then
    giveBack(KEYS[5], account)
  end
end
redis.call('HSET', KEYS[4], no .. ' state', state, no .. ' version', string.format('%d', tonumber(ARGV[2]) + 1))
if redis.call('HGET', KEYS[2], 'open') == no then
  redis.call('HDEL', KEYS[2], 'open')
end
redis.call('HDEL', KEYS[9], no)
for name in string.gmatch(redis.call('HGET', KEYS[4], no .. ' blobs') or '', '%S+') do
  if redis.call('HEXISTS', KEYS[10], name) == 1 then
    redis.call('ZADD', KEYS[11], state == 'approved' and ARGV[8] or ARGV[9], name)
  end
end
redis.call('ZADD', KEYS[11], ARGV[10], 'faint|' .. no)
calm(KEYS[7], KEYS[8], ARGV[3], 'lapse.' .. no)
calm(KEYS[7], KEYS[8], ARGV[3], 'effect.' .. no)
push(KEYS[6], KEYS[7], ARGV[3], ARGV[5], ARGV[4], ARGV[6], ARGV[4])
return keep(KEYS[1], ARGV[7], {'ok', state})
