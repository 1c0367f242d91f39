-- Notes which messages show a case's pictures. Idempotent by itself.
-- KEYS: 1 shown: "chat", "at" of the first ms, and a field per message, 2 looks
-- ARGV: 1 chat, 2 no, 3 now ms, 4 when they must be gone ms, 5... messages; none: forget all
-- Returns: {"ok"}
if #ARGV == 4 or redis.call('HGET', KEYS[1], 'chat') ~= ARGV[1] then
  redis.call('DEL', KEYS[1])
  redis.call('ZREM', KEYS[2], 'shown|' .. ARGV[2])
end
for i = 5, #ARGV do
  if redis.call('HSETNX', KEYS[1], 'at', ARGV[3]) == 1 then
    redis.call('ZADD', KEYS[2], ARGV[4], 'shown|' .. ARGV[2])
  end
  redis.call('HSET', KEYS[1], 'chat', ARGV[1], ARGV[i], '1')
end
return {'ok'}
