-- Takes the word of an old owner, 这不是我, all or nothing. Where a case was approved and froze the account: the account that it
-- made active is frozen too, so that none is, and the case is queued again for two others than those who decided it. Where a
-- claim is still under review: it takes two reviewers now, and a verdict in its undo window is taken back.
-- KEYS: 1 operation, 2 person, 3 accounts, 4 cases, 5 outbox of the person, 6 due, 7 timers, 8 open cases of the shard,
--       9 blobs, 10 looks, last the audit chain
-- ARGV: 1 no, 2 chat, 3 now ms, 4 owner, 5 entry id, 6 sealed effects, 7 ttl of the operation ms, 8 new deadline ms,
--       9 end of restoring ms
--       last the mac continued and the row of the audit
-- Returns: {"torn", last row} | {"ok", "reopened"|"doubted"} | {"again"} objected to before, or decided since by two others | {"late"}
--          | {"none"} not this chat's account; only "ok" wrote
local was = seen(KEYS[1])
if was then
  return was
end
local no, now = ARGV[1], ARGV[3]
local function of(field)
  return redis.call('HGET', KEYS[4], no .. ' ' .. field) or ''
end
local state, account = of('state'), of('account')
local open = state == 'queued' or state == 'claimed' or state == 'approving' or state == 'refusing'
local mine = ''
for id, stands in pairs(states(KEYS[3])) do
  local before, by = froze(KEYS[3], id)
  local own = id ~= account and redis.call('HEXISTS', KEYS[3], id .. ' was.' .. ARGV[2]) == 1
  if own and (open and stands == 'active' or before == 'active' and by == no) then
    mine = id
  end
end
if mine == '' then
  return {'none'}
elseif of('objected') ~= '' then
  return {'again'}
elseif not open and state ~= 'approved' then
  return {'none'}
elseif not open and contested(KEYS[2], now) ~= no then
  return {'late'}
end
local torn = audit()
if torn then
  return torn
end
local word = 'doubted'
redis.call('HSET', KEYS[4], no .. ' objected', now, no .. ' objector', mine, no .. ' votes', '',
  no .. ' version', string.format('%d', tonumber(of('version')) + 1))
local function queue()
  redis.call('HSET', KEYS[4], no .. ' state', 'queued', no .. ' user', '0', no .. ' name', '', no .. ' claimed', '0',
    no .. ' decided', '0', no .. ' reasons', '')
  redis.call('HSET', KEYS[8], no, 'queued ' .. of('submitted'))
  calm(KEYS[6], KEYS[7], ARGV[4], 'lapse.' .. no)
  calm(KEYS[6], KEYS[7], ARGV[4], 'effect.' .. no)
end
if not open then
  word = 'reopened'
  redis.call('HSET', KEYS[4], no .. ' reopened', now, no .. ' deadline', ARGV[8], no .. ' barred', of('deciders'))
  queue()
  freeze(KEYS[3], account, no, ARGV[9])
  redis.call('HINCRBY', KEYS[2], 'gen', 1)
  redis.call('HDEL', KEYS[2], 'contest')
  redis.call('HSET', KEYS[2], 'open', no)
  calm(KEYS[6], KEYS[7], ARGV[4], 'settle.' .. no)
  calm(KEYS[6], KEYS[7], ARGV[4], 'gone.' .. no)
  for name in string.gmatch(of('blobs'), '%S+') do
    redis.call('ZREM', KEYS[10], name)
  end
  redis.call('ZREM', KEYS[10], 'faint|' .. no)
elseif state == 'approving' or state == 'refusing' then
  queue()
end
push(KEYS[5], KEYS[6], ARGV[4], ARGV[5], now, ARGV[6], now)
return keep(KEYS[1], ARGV[7], {'ok', word})
