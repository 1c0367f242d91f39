-- Lets an e-mail address find an account, or not any more.
-- KEYS: 1 operation, 2 accounts by name
-- ARGV: 1 know|forget, 2 account, 3 most accounts, 4 ttl of the operation ms
-- Returns: {"ok"} | {"full"} nothing written
local was = seen(KEYS[1])
if was then
  return was
end
if ARGV[1] == 'forget' then
  redis.call('HDEL', KEYS[2], ARGV[2])
elseif redis.call('HEXISTS', KEYS[2], ARGV[2]) == 0 then
  if redis.call('HLEN', KEYS[2]) >= tonumber(ARGV[3]) then
    return {'full'}
  end
  redis.call('HSET', KEYS[2], ARGV[2], 'named')
end
return keep(KEYS[1], ARGV[4], {'ok'})
