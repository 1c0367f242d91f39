-- Ends a verdict's undo window, all or nothing. Where the verdict takes two reviewers and this one is the first, the case is
-- queued again for another. Approved: the account is active and proofed, every other account of the person is frozen, all
-- logins end, and the submissions of those that were never approved are given back: the owner is known now. Refused as not the
-- owner: the claim's submissions are given back. Refused after the old owner's objection: the old account is what it was.
-- KEYS: 1 operation, 2 person, 3 accounts, 4 cases, 5 quota, 6 outbox of the person, 7 due, 8 timers,
--       9 open cases of the shard, 10 blobs, 11 looks, 12 figures of the shard, last the audit chain
-- ARGV: 1 no, 2 version, 3 owner, 4 now ms, 5 entry id, 6 sealed effects of the end, 7 ttl of the operation ms, 8 when an
--       approved pair goes ms, 9 when a refused pair goes ms, 10 when its hashes go ms, 11 sealed effects where another must
--       look, 12 end of objecting ms, 13 end of restoring ms, 14 entry id and 15 sealed effects of the timer at the end of
--       objecting, 16 and 17 of that at the end of restoring, 18 "1" in the blind sample, 19 how long a use counts ms,
--       20 "1" where this verdict is to be the end, last the mac continued and the row of the audit
-- Returns: {"ok", state} | {"second"} another must look | {"no"} another version, or no verdict; nothing written
--          | {"changed"} it is not as 20 says; nothing written | {"torn", last row}
local was = seen(KEYS[1])
if was then
  return was
end
local no = ARGV[1]
local function of(field)
  return redis.call('HGET', KEYS[4], no .. ' ' .. field) or ''
end
local state, account = of('state'), of('account')
if of('version') ~= ARGV[2] or (state ~= 'approving' and state ~= 'refusing') then
  return {'no'}
end
local version = string.format('%d', tonumber(ARGV[2]) + 1)
local verdict = state == 'approving' and 'approve' or 'refuse'
local votes = of('votes') .. ' ' .. of('user') .. ':' .. verdict .. ':' .. of('evidence')
local same, all = tally(votes, verdict)
local ends = same >= needed(KEYS[3], KEYS[4], no, verdict, ARGV[19], ARGV[18])
if ends ~= (ARGV[20] == '1') then
  return {'changed'}
end
local torn = audit()
if torn then
  return torn
end
redis.call('HSET', KEYS[4], no .. ' votes', votes, no .. ' version', version)
calm(KEYS[7], KEYS[8], ARGV[3], 'lapse.' .. no)
calm(KEYS[7], KEYS[8], ARGV[3], 'effect.' .. no)
if ARGV[18] == '1' and all == 2 and of('objected') == '' then
  redis.call('HINCRBY', KEYS[12], same == 2 and 'blind.same' or 'blind.apart', 1)
end
if not ends then
  redis.call('HSET', KEYS[4], no .. ' state', 'queued', no .. ' user', '0', no .. ' name', '', no .. ' claimed', '0',
    no .. ' decided', '0', no .. ' reasons', '')
  redis.call('HSET', KEYS[9], no, 'queued ' .. of('submitted'))
  push(KEYS[6], KEYS[7], ARGV[3], ARGV[5], ARGV[4], ARGV[11], ARGV[4])
  return keep(KEYS[1], ARGV[7], {'second'})
end
local reopened, contest, frozen = of('reopened') ~= '', false, false
if state == 'approving' then
  state = 'approved'
  for id, stands in pairs(states(KEYS[3])) do
    if id == account then
      redis.call('HSET', KEYS[3], id .. ' state', 'active', id .. ' proofed', '1', id .. ' claim', '')
      redis.call('HDEL', KEYS[3], id .. ' froze')
    elseif stands ~= 'deregistered' then
      if redis.call('HGET', KEYS[3], id .. ' proofed') ~= '1' then
        giveBack(KEYS[5], id) -- the person is somebody else
      end
      frozen = true
      if stands ~= 'frozen' then
        contest = contest or stands == 'active'
        freeze(KEYS[3], id, no, ARGV[13])
      end
    end
  end
  redis.call('HINCRBY', KEYS[2], 'gen', 1)
else
  state = 'refused'
  if string.find(',' .. of('reasons') .. ',', ',not_same,', 1, true) or reopened then
    giveBack(KEYS[5], account)
  end
  if reopened then
    thaw(KEYS[3], of('objector'))
    frozen = true
    redis.call('HINCRBY', KEYS[2], 'gen', 1)
  end
end
if frozen then
  extend(KEYS[3], no, ARGV[13])
  wake(KEYS[7], KEYS[8], ARGV[3], 'gone.' .. no, ARGV[13], ARGV[16], ARGV[17])
end
if contest and not reopened then
  redis.call('HSET', KEYS[2], 'contest', no .. ' ' .. ARGV[12])
  wake(KEYS[7], KEYS[8], ARGV[3], 'settle.' .. no, ARGV[12], ARGV[14], ARGV[15])
end
redis.call('HSET', KEYS[4], no .. ' state', state, no .. ' effective', ARGV[4], no .. ' deciders', voters(votes))
if redis.call('HGET', KEYS[2], 'open') == no then
  redis.call('HDEL', KEYS[2], 'open')
end
redis.call('HDEL', KEYS[9], no)
for name in string.gmatch(of('blobs'), '%S+') do
  if redis.call('HEXISTS', KEYS[10], name) == 1 then
    redis.call('ZADD', KEYS[11], state == 'approved' and ARGV[8] or ARGV[9], name)
  end
end
redis.call('ZADD', KEYS[11], ARGV[10], 'faint|' .. no)
push(KEYS[6], KEYS[7], ARGV[3], ARGV[5], ARGV[4], ARGV[6], ARGV[4])
return keep(KEYS[1], ARGV[7], {'ok', state})
