-- Takes things off a list, and notes when the next of them is to go. Idempotent by itself.
-- KEYS: 1 list: name -> ms when it was noted, 2 looks
-- ARGV: 1 name of the look, 2 term ms, 3... names
-- Returns: {"ok"}
for i = 3, #ARGV do
  redis.call('HDEL', KEYS[1], ARGV[i])
end
local first
for _, at in ipairs(redis.call('HVALS', KEYS[1])) do
  if not first or tonumber(at) < first then
    first = tonumber(at)
  end
end
if first then
  redis.call('ZADD', KEYS[2], string.format('%d', first + tonumber(ARGV[2])), ARGV[1])
else
  redis.call('ZREM', KEYS[2], ARGV[1])
end
return {'ok'}
