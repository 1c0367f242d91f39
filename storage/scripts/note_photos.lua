-- Notes which messages show a case's pictures. Idempotent by itself.
-- KEYS: 1 shown: "chat", and a field per message
-- ARGV: 1 chat, 2... messages; none: forget all
-- Returns: {"ok"}
if #ARGV == 1 or redis.call('HGET', KEYS[1], 'chat') ~= ARGV[1] then
  redis.call('DEL', KEYS[1])
end
for i = 2, #ARGV do
  redis.call('HSET', KEYS[1], 'chat', ARGV[1], ARGV[i], '1')
end
return {'ok'}
