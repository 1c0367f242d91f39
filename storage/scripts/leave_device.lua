-- Notes that a chat's login was ended in it.
-- KEYS: 1 operation, 2 accounts
-- ARGV: 1 id, 2 chat, 3 ttl of the operation ms
-- Returns: {"ok"}
local was = seen(KEYS[1])
if was then
  return was
end
local field = ARGV[1] .. ' dev.' .. ARGV[2]
local row = redis.call('HGET', KEYS[2], field)
if row then
  redis.call('HSET', KEYS[2], field, (string.gsub(row, ' in$', ' left')))
end
return keep(KEYS[1], ARGV[3], {'ok'})
