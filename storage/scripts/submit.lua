-- Counts a submission and opens its case. The caller guesses the next number, for it is in what is sealed.
-- KEYS: 1 operation, 2 person, 3 accounts, 4 cases, 5 quota, 6 numbers, 7 outbox of the person, 8 due,
--       9 open cases of the shard, 10 blobs, 11 looks
-- ARGV: 1 account id, 2 number guessed, 3 case number, 4 day, 5 per day, 6 in all, 7 now ms, 8 owner, 9 entry id,
--       10 sealed effects, 11 ttl of the operation ms, 12 person, 13 and 14 pictures,
--       then field and value of what is stored of the case
-- Returns: {"ok", no, deadline, today, total} | {"open", no, deadline, today, total} | {"day"|"all", "", "", today, total}
--          | {"none"} no such account | {"refused"} it needs no case | {"ended"} frozen or deregistered
--          | {"gone", "front"|"back"|"both"} pictures that are nobody's draft any more
--          | {"again", number} another case was opened: guess this one. Only "ok" wrote.
local was = seen(KEYS[1])
if was then
  return was
end
local id = ARGV[1]
local state = redis.call('HGET', KEYS[3], id .. ' state')
if not state then
  return {'none'}
elseif state == 'frozen' or state == 'deregistered' then
  return {'ended'}
elseif state == 'active' and redis.call('HGET', KEYS[3], id .. ' proofed') == '1' then
  return {'refused'}
end
local word, today, total = count(KEYS[5], ARGV[4], ARGV[5], ARGV[6])
local function answer(what, no, deadline)
  return {what, no, deadline, string.format('%d', today), string.format('%d', total)}
end
local open = redis.call('HGET', KEYS[2], 'open') or contested(KEYS[2], ARGV[7])
if open ~= '' then
  return answer('open', open, redis.call('HGET', KEYS[4], open .. ' deadline') or '')
end
if word ~= 'ok' then
  return answer(word, '', '')
end
local lost = ''
for i, side in ipairs({'front', 'back'}) do
  local row = redis.call('HGET', KEYS[10], ARGV[12 + i]) or ''
  local of = string.match(row, '^case %S+ %S+ (%S+)$') -- kept from the account's refused case
  local kept = of and redis.call('HGET', KEYS[4], of .. ' account') == id and redis.call('HGET', KEYS[4], of .. ' state') == 'refused'
  if not kept and not string.match(row, '^draft ') then
    lost = lost == '' and side or 'both'
  end
end
if lost ~= '' then
  return {'gone', lost}
end
local next = tonumber(redis.call('HGET', KEYS[6], 'count') or '0') + 1
if next ~= tonumber(ARGV[2]) then
  return {'again', string.format('%d', next)}
end
local no = ARGV[3]
today, total = today + 1, total + 1
local attempt = 1
for _, field in ipairs(redis.call('HKEYS', KEYS[4])) do
  if string.match(field, ' state$') then
    attempt = attempt + 1
  end
end
redis.call('HSET', KEYS[6], 'count', ARGV[2], no, ARGV[12])
redis.call('HSET', KEYS[2], 'open', no)
redis.call('HSET', KEYS[5], no, ARGV[4] .. ' ' .. id)
redis.call('HSET', KEYS[4], no .. ' state', 'queued', no .. ' version', '1', no .. ' account', id,
  no .. ' attempt', string.format('%d', attempt), no .. ' submitted', ARGV[7])
redis.call('HSET', KEYS[9], no, 'queued ' .. ARGV[7])
for i = 13, 14 do
  local row = 'case ' .. string.match(redis.call('HGET', KEYS[10], ARGV[i]), '^%S+ (%S+ %S+)')
  redis.call('HSET', KEYS[10], ARGV[i], row .. ' ' .. no)
  redis.call('ZREM', KEYS[11], ARGV[i])
end
for i = 15, #ARGV, 2 do
  redis.call('HSET', KEYS[4], no .. ' ' .. ARGV[i], ARGV[i + 1])
end
push(KEYS[7], KEYS[8], ARGV[8], ARGV[9], ARGV[7], ARGV[10], ARGV[7])
return keep(KEYS[1], ARGV[11], answer('ok', no, redis.call('HGET', KEYS[4], no .. ' deadline') or ''))
