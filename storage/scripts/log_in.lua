-- Notes a login, and announces one from a chat that was not logged in to the other chats that know the account.
-- KEYS: 1 operation, 2 person, 3 accounts, 4 outbox of the person, 5 due
-- ARGV: 1 id, 2 chat, 3 now ms, 4 sealed name, 5 owner, 6 entry id, 7 sealed effects, 8 ttl of the operation ms
-- Returns: {"ok", "new"|"known"} | {"none"} no such account
local was = seen(KEYS[1])
if was then
  return was
end
local id, chat, now = ARGV[1], ARGV[2], ARGV[3]
if redis.call('HEXISTS', KEYS[3], id .. ' state') == 0 then
  return {'none'}
end
local gen = redis.call('HGET', KEYS[2], 'gen') or '0'
local since, of, state = string.match(redis.call('HGET', KEYS[3], id .. ' dev.' .. chat) or '', '^(%d+) %d+ (%d+) (%a+)$')
local known = state == 'in' and of == gen
local fresh = not state and redis.call('HEXISTS', KEYS[3], id .. ' was.' .. chat) == 0 or state == 'out'
redis.call('HSET', KEYS[3], id .. ' used', now, id .. ' chat', chat, id .. ' was.' .. chat, '1', id .. ' name.' .. chat, ARGV[4],
  id .. ' dev.' .. chat, (known and since or now) .. ' ' .. now .. ' ' .. gen .. ' in')
if not fresh then
  return keep(KEYS[1], ARGV[8], {'ok', 'known'})
end
local prefix = id .. ' was.'
for _, field in ipairs(redis.call('HKEYS', KEYS[3])) do
  if string.sub(field, 1, #prefix) == prefix and field ~= prefix .. chat then
    push(KEYS[4], KEYS[5], ARGV[5], ARGV[6], now, ARGV[7], now)
    break
  end
end
return keep(KEYS[1], ARGV[8], {'ok', 'new'})
