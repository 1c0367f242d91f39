-- Counts a wrong password of a chat that never used an account; many of them within a span alarm its owner, once.
-- KEYS: 1 operation, 2 accounts, 3 outbox of the person, 4 due
-- ARGV: 1 id, 2 chat, 3 now ms, 4 span ms, 5 how many are many, 6 owner, 7 entry id, 8 sealed effects, 9 ttl of the operation ms
-- Returns: {"ok", count} | {"none"} no such account, or one of the chat's own; nothing written
local was = seen(KEYS[1])
if was then
  return was
end
local id, now = ARGV[1], tonumber(ARGV[3])
if redis.call('HEXISTS', KEYS[2], id .. ' state') == 0 or redis.call('HEXISTS', KEYS[2], id .. ' was.' .. ARGV[2]) == 1 then
  return {'none'}
end
local n, from = string.match(redis.call('HGET', KEYS[2], id .. ' wrong') or '', '^(%d+) (%d+)$')
if not n or now - tonumber(from) >= tonumber(ARGV[4]) then
  n, from = '0', ARGV[3]
end
n = string.format('%d', tonumber(n) + 1)
redis.call('HSET', KEYS[2], id .. ' wrong', n .. ' ' .. from)
if n == ARGV[5] then
  push(KEYS[3], KEYS[4], ARGV[6], ARGV[7], ARGV[3], ARGV[8], ARGV[3])
end
return keep(KEYS[1], ARGV[9], {'ok', n})
