-- Writes plain facts of an account that exists: a login, 自查完成.
-- KEYS: 1 operation, 2 accounts
-- ARGV: 1 id, 2 ttl of the operation ms, then field and value
-- Returns: {"ok"} | {"none"} no such account
local was = seen(KEYS[1])
if was then
  return was
end
if redis.call('HEXISTS', KEYS[2], ARGV[1] .. ' state') == 0 then
  return {'none'}
end
for i = 3, #ARGV, 2 do
  redis.call('HSET', KEYS[2], ARGV[1] .. ' ' .. ARGV[i], ARGV[i + 1])
end
return keep(KEYS[1], ARGV[2], {'ok'})
