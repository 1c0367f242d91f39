-- Notes that an account waits, in a chat, for the end of another claimant's case.
-- KEYS: 1 operation, 2 person, 3 cases
-- ARGV: 1 account id, 2 chat, 3 ttl of the operation ms, 4 now ms
-- Returns: {"waits"} | {"over"} no other case is under review, or may be objected to; nothing kept
local was = seen(KEYS[1])
if was then
  return was
end
local open = redis.call('HGET', KEYS[2], 'open') or contested(KEYS[2], ARGV[4])
if open == '' or redis.call('HGET', KEYS[3], open .. ' account') == ARGV[1] then
  return {'over'}
end
for _, field in ipairs(redis.call('HKEYS', KEYS[2])) do
  local no = string.match(field, '^wait (%S+) ')
  if no and no ~= open and string.sub(field, -#ARGV[2] - 1) == ' ' .. ARGV[2] then -- this chat has a new case to wait for
    redis.call('HDEL', KEYS[2], field)
  end
end
redis.call('HSET', KEYS[2], 'wait ' .. open .. ' ' .. ARGV[2], ARGV[1])
return keep(KEYS[1], ARGV[3], {'waits'})
